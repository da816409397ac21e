import VoicePipeline

/// A dialogue written down: what callers may say and what they are answered. Made to be decoded from YAML:
///
/// ```yaml
/// start: main
/// slots:
///   account: {type: digits, length: 4}
///   day: {type: values, values: {monday: [], tuesday: [], today: [this day]}}
/// intents:                       # may be said in every state
///   - phrases: ["[i want to] (speak|talk) to (a person|an agent)"]
///     transfer: the caller asked for a person
/// states:
///   main:
///     expect:
///       - phrases: ["what are your opening hours", "when (are you|do you) open"]
///         say: We are open from nine to five.
///       - phrases: ["what is my account balance"]
///         goto: account
///   account:
///     say: Please tell me your account number.     # spoken on arrival
///     expect:
///       - phrases: ["[my account number is] {account}"]
///         cases:
///           - {when: {account: "1234"}, say: "The balance of account {account} is two hundred dollars.", goto: main}
///         say: I can't find account {account}.
///     fallback: {say: ["Sorry, which account?"], after: 2, transfer: the account number was not understood}
/// ```
///
/// In a phrase `(a|b)` is a choice, `[a]` may be left out, `{slot}` stands for what the caller says there. Matching
/// forgives case, accents, punctuation, extra words and small slips of a recogniser. In an answer `{slot}` is what the
/// caller said last for it. Several texts under `say` are used in turn.
public struct ScriptedDialogueDefinition: Codable, Sendable, Equatable {
  /// The state in which the conversation begins.
  public var start: String
  /// How well a phrase must match, 0 to 1. Default 0.6.
  public var threshold: Double?
  /// What callers may fill in, by name.
  public var slots: [String: ScriptedSlot]?
  /// What may be said in every state, after the state's own.
  public var intents: [ScriptedIntent]?
  /// The states by name.
  public var states: [String: ScriptedState]
  /// What is answered when nothing matches and the state has no fallback of its own.
  public var fallback: ScriptedFallback?

  /// A dialogue that begins in `start`.
  public init(
    start: String, threshold: Double? = nil, slots: [String: ScriptedSlot]? = nil, intents: [ScriptedIntent]? = nil,
    states: [String: ScriptedState], fallback: ScriptedFallback? = nil
  ) {
    self.start = start
    self.threshold = threshold
    self.slots = slots
    self.intents = intents
    self.states = states
    self.fallback = fallback
  }
}

/// One text, or several that are used in turn. In YAML a string or a list of strings.
public struct ScriptedLines: Codable, Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// The texts.
  public var texts: [String]

  /// Several texts.
  public init(_ texts: [String]) { self.texts = texts }
  /// One text.
  public init(stringLiteral text: String) { texts = [text] }
  /// Several texts.
  public init(arrayLiteral texts: String...) { self.texts = texts }

  /// From a string or a list of strings.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      texts = [text]
    } else {
      texts = try container.decode([String].self)
    }
  }

  /// As a string if there is one text, else as a list.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if texts.count == 1 { try container.encode(texts[0]) } else { try container.encode(texts) }
  }
}

/// What a caller may fill in at a place in a phrase.
public struct ScriptedSlot: Codable, Sendable, Equatable {
  /// What may be said there.
  public enum Kind: String, Codable, Sendable {
    /// Digits one by one (`one two three`, `double five`, `1234`).
    case digits
    /// A whole number up to the thousands (`two hundred and five`).
    case number
    /// Yes or no in any of their forms; the value is `yes` or `no`.
    case yesNo = "yes_no"
    /// One of a list.
    case values
    /// Any words.
    case free
  }

  /// What may be said there.
  public var type: Kind
  /// Exactly so many digits.
  public var length: Int?
  /// At least so many digits. Default 1.
  public var min: Int?
  /// At most so many digits. Default 16.
  public var max: Int?
  /// Of a list: each value with other ways to say it.
  public var values: [String: [String]]?

  /// A slot of `type`.
  public init(
    _ type: Kind, length: Int? = nil, min: Int? = nil, max: Int? = nil, values: [String: [String]]? = nil
  ) {
    self.type = type
    self.length = length
    self.min = min
    self.max = max
    self.values = values
  }
}
