import VoicePipeline

/// Something that a caller may say, and what follows.
public struct ScriptedIntent: Codable, Sendable, Equatable {
  /// The ways to say it.
  public var phrases: [String]
  /// Outcomes for certain slot values; the first that fits takes the place of the intent's own.
  public var cases: [ScriptedCase]?
  /// The answer.
  public var say: ScriptedLines?
  /// The state to go to; its own `say` follows the answer.
  public var goto: String?
  /// Hand the caller to a person, for this reason.
  public var transfer: String?
  /// Whether the conversation ends after the answer.
  public var hangup: Bool?
  /// Answers that are offered as buttons.
  public var choices: [ScriptedChoice]?
  /// A text for the caller's phone. Where it can't be sent, it is the answer in place of `say`.
  public var message: String?
  /// Whether the customer, who is writing, is rung. Where nobody can be rung a person is wanted.
  public var call: Bool?

  /// An intent.
  public init(
    _ phrases: [String], cases: [ScriptedCase]? = nil, say: ScriptedLines? = nil, goto: String? = nil,
    transfer: String? = nil, hangup: Bool? = nil, choices: [ScriptedChoice]? = nil, message: String? = nil,
    call: Bool? = nil
  ) {
    self.phrases = phrases
    self.cases = cases
    self.say = say
    self.goto = goto
    self.transfer = transfer
    self.hangup = hangup
    self.choices = choices
    self.message = message
    self.call = call
  }
}

/// An outcome for certain slot values.
public struct ScriptedCase: Codable, Sendable, Equatable {
  /// The values that each named slot must have; `*` stands for any, as long as the slot is known.
  public var when: [String: String]
  /// The answer.
  public var say: ScriptedLines?
  /// The state to go to.
  public var goto: String?
  /// Hand the caller to a person, for this reason.
  public var transfer: String?
  /// Whether the conversation ends after the answer.
  public var hangup: Bool?
  /// Answers that are offered as buttons.
  public var choices: [ScriptedChoice]?
  /// A text for the caller's phone.
  public var message: String?
  /// Whether the customer is rung.
  public var call: Bool?

  /// An outcome.
  public init(
    when: [String: String], say: ScriptedLines? = nil, goto: String? = nil, transfer: String? = nil,
    hangup: Bool? = nil, choices: [ScriptedChoice]? = nil, message: String? = nil, call: Bool? = nil
  ) {
    self.when = when
    self.say = say
    self.goto = goto
    self.transfer = transfer
    self.hangup = hangup
    self.choices = choices
    self.message = message
    self.call = call
  }
}

/// A place in a dialogue.
public struct ScriptedState: Codable, Sendable, Equatable {
  /// What is spoken on arrival from another state.
  public var say: ScriptedLines?
  /// What callers may say here.
  public var expect: [ScriptedIntent]?
  /// What is answered when nothing matches.
  public var fallback: ScriptedFallback?
  /// Answers that are offered as buttons on arrival, if what led here offers none.
  public var choices: [ScriptedChoice]?

  /// A state.
  public init(
    say: ScriptedLines? = nil, expect: [ScriptedIntent]? = nil, fallback: ScriptedFallback? = nil,
    choices: [ScriptedChoice]? = nil
  ) {
    self.say = say
    self.expect = expect
    self.fallback = fallback
    self.choices = choices
  }
}

/// What is answered when nothing matches.
public struct ScriptedFallback: Codable, Sendable, Equatable {
  /// The answer to the first miss, the second, and so on; the last one stands for the rest.
  public var say: ScriptedLines
  /// How many misses running are answered so. Default 2. The next one does what follows below.
  public var after: Int?
  /// Hand the caller to a person, for this reason. If nothing of this and what follows is given, `say` goes on.
  public var transfer: String?
  /// The state to go to.
  public var goto: String?
  /// Whether the conversation ends.
  public var hangup: Bool?
  /// Answers that are offered as buttons with each `say`.
  public var choices: [ScriptedChoice]?
  /// A text for the caller's phone.
  public var message: String?
  /// Whether the customer is rung.
  public var call: Bool?

  /// A fallback.
  public init(
    say: ScriptedLines, after: Int? = nil, transfer: String? = nil, goto: String? = nil, hangup: Bool? = nil,
    choices: [ScriptedChoice]? = nil, message: String? = nil, call: Bool? = nil
  ) {
    self.say = say
    self.after = after
    self.transfer = transfer
    self.goto = goto
    self.hangup = hangup
    self.choices = choices
    self.message = message
    self.call = call
  }
}

/// An answer offered as a button. In YAML its title alone, or `{id, title, description}`.
public struct ScriptedChoice: Codable, Sendable, Equatable, ExpressibleByStringLiteral {
  /// Names it; without one the title does.
  public var id: String?
  /// What the customer sees and says. It should be one of the phrases that lead on.
  public var title: String
  /// A line below the title.
  public var description: String?

  /// A choice.
  public init(_ title: String, id: String? = nil, description: String? = nil) {
    self.id = id
    self.title = title
    self.description = description
  }

  /// A choice by its title alone.
  public init(stringLiteral title: String) { self.init(title) }

  private enum CodingKeys: CodingKey {
    case id, title, description
  }

  /// From a title, or from a mapping.
  public init(from decoder: any Decoder) throws {
    if let title = try? decoder.singleValueContainer().decode(String.self) {
      self.init(title)
    } else {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        try values.decode(String.self, forKey: .title), id: try values.decodeIfPresent(String.self, forKey: .id),
        description: try values.decodeIfPresent(String.self, forKey: .description))
    }
  }

  /// As a title if there is nothing else, else as a mapping.
  public func encode(to encoder: any Encoder) throws {
    if id == nil, description == nil {
      var container = encoder.singleValueContainer()
      try container.encode(title)
    } else {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(id, forKey: .id)
      try container.encode(title, forKey: .title)
      try container.encodeIfPresent(description, forKey: .description)
    }
  }

  var reply: ReplyChoice { ReplyChoice(id: id ?? title, title: title, description: description) }
}
