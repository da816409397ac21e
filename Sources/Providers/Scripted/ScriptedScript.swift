import VoicePipeline

/// A mistake in a scripted dialogue, at a key of its definition.
public struct ScriptedDialogueProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where, e.g. `states.main.expect[2].goto`.
  public var key: String
  /// What is wrong and what would be right.
  public var message: String

  /// `key: message`.
  public var description: String { "\(key): \(message)" }
}

/// All mistakes of a scripted dialogue at once.
public struct ScriptedDialogueProblems: Error, Sendable, Equatable, CustomStringConvertible {
  /// The mistakes; never empty.
  public var problems: [ScriptedDialogueProblem]

  /// A line a mistake.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// A definition that was found sound, in the form that is fast to match.
struct Script: Sendable {
  struct Outcome: Sendable, Equatable {
    var say: [String] = []
    var goto: String?
    var transfer: String?
    var hangsUp = false
    var choices: [ReplyChoice] = []
    var message: String?
    var calls = false
  }

  struct Intent: Sendable {
    /// Names it among all intents, for taking turns among its answers.
    var key: String
    var patterns: [PhrasePattern]
    var matchers: [PhraseMatcher]
    var cases: [(when: [String: String], outcome: Outcome)]
    var outcome: Outcome
  }

  struct Fallback: Sendable {
    var say: [String]
    var after: Int
    var choices: [ReplyChoice] = []
    var then: Outcome?
  }

  struct State: Sendable {
    var say: [String]
    var intents: [Intent]
    var fallback: Fallback
    var hint: RecognitionHint
    var choices: [ReplyChoice]
  }

  let start: String
  let threshold: Double
  let slots: [String: SlotMatcher]
  let intents: [Intent]
  let states: [String: State]
  /// What a choice says that comes back as its id.
  let titles: [String: String]

  /// Checks `definition` and prepares it for `language`.
  init(_ definition: ScriptedDialogueDefinition, language: String) throws(ScriptedDialogueProblems) {
    var checker = ScriptChecker(definition: definition, language: language)
    let intents = checker.intents(definition.intents ?? [], in: nil, at: "intents")
    var states: [String: State] = [:]
    let common = checker.fallback(definition.fallback, in: nil, at: "fallback")
    for (name, state) in definition.states.sorted(by: { $0.key < $1.key }) {
      let key = "states.\(name)"
      let own = checker.intents(state.expect ?? [], in: name, at: "\(key).expect")
      let say = checker.lines(state.say, at: "\(key).say")
      let fallback =
        state.fallback == nil ? common : checker.fallback(state.fallback, in: name, at: "\(key).fallback")
      let choices = checker.choices(state.choices, in: name, at: "\(key).choices")
      let patterns = (own + intents).flatMap(\.patterns)
      let hint = RecognitionHint(
        grammar: ScriptedGrammar.text(of: patterns, slots: checker.slots, language: language),
        phrases: Self.phrases(of: patterns))
      states[name] = State(say: say, intents: own, fallback: fallback, hint: hint, choices: choices)
    }
    checker.checkWhole()
    guard checker.problems.isEmpty else { throw ScriptedDialogueProblems(problems: checker.problems) }
    start = definition.start
    threshold = definition.threshold ?? 0.6
    slots = checker.slots
    self.intents = intents
    self.states = states
    titles = checker.titles
    let strays = checker.offered.filter { !leadsOn($0) }
    guard strays.isEmpty else {
      throw ScriptedDialogueProblems(
        problems: strays.map { offer in
          ScriptedDialogueProblem(
            key: offer.key,
            message: "leads nowhere: \"\(offer.title)\" fits no phrase "
              + (offer.state.map { "of the state \"\($0)\" and none of the common ones" } ?? "of any state"))
        })
    }
  }

  /// Whether someone who taps the choice is understood. What may be offered in any state has to be in one of them.
  private func leadsOn(_ offer: ScriptChecker.Offer) -> Bool {
    let words = Words.normalised(offer.title)
    guard let name = offer.state else { return states.values.contains { best(for: words, in: $0) != nil } }
    return states[name].map { best(for: words, in: $0) != nil } ?? false
  }

  /// The phrases without slots, for recognisers that take a list; each in its fullest form.
  private static func phrases(of patterns: [PhrasePattern]) -> [String] {
    var seen: Set<String> = []
    return patterns.compactMap { pattern -> String? in
      guard pattern.slots.isEmpty, let tokens = pattern.tokens.max(by: { $0.count < $1.count }) else { return nil }
      let text = tokens.map { if case .word(let word) = $0 { word } else { "" } }.joined(separator: " ")
      return seen.insert(text).inserted ? text : nil
    }
  }
}

extension Script {
  /// The slots that `text` quotes as `{name}`.
  static func slots(in text: String) throws(PhraseError) -> [String] {
    var names: [String] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { throw PhraseError(message: "'}' is missing") }
      names.append(String(rest[rest.index(after: open)..<close]))
      rest = rest[rest.index(after: close)...]
    }
    return names
  }

  /// `text` with the values of the slots that it quotes, for the ear if `isSpoken`.
  func filled(_ text: String, with values: [String: String], isSpoken: Bool = true) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      result += rest[..<open]
      if let value = values[name] { result += (isSpoken ? slots[name]?.spoken(value) : nil) ?? value }
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
