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
    var say: [String]
    var goto: String?
    var transfer: String?
    var hangsUp: Bool
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
    var then: Outcome?
  }

  struct State: Sendable {
    var say: [String]
    var intents: [Intent]
    var fallback: Fallback
    var hint: RecognitionHint
  }

  let start: String
  let threshold: Double
  let slots: [String: SlotMatcher]
  let intents: [Intent]
  let states: [String: State]

  /// Checks `definition` and prepares it for `language`.
  init(_ definition: ScriptedDialogueDefinition, language: String) throws(ScriptedDialogueProblems) {
    var checker = ScriptChecker(definition: definition, language: language)
    let intents = checker.intents(definition.intents ?? [], at: "intents")
    var states: [String: State] = [:]
    let common = checker.fallback(definition.fallback, at: "fallback")
    for (name, state) in definition.states.sorted(by: { $0.key < $1.key }) {
      let key = "states.\(name)"
      let own = checker.intents(state.expect ?? [], at: "\(key).expect")
      let say = checker.lines(state.say, at: "\(key).say")
      let fallback = state.fallback == nil ? common : checker.fallback(state.fallback, at: "\(key).fallback")
      let patterns = (own + intents).flatMap(\.patterns)
      let hint = RecognitionHint(
        grammar: ScriptedGrammar.text(of: patterns, slots: checker.slots, language: language),
        phrases: Self.phrases(of: patterns))
      states[name] = State(say: say, intents: own, fallback: fallback, hint: hint)
    }
    checker.checkWhole()
    guard checker.problems.isEmpty else { throw ScriptedDialogueProblems(problems: checker.problems) }
    start = definition.start
    threshold = definition.threshold ?? 0.6
    slots = checker.slots
    self.intents = intents
    self.states = states
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

/// Goes through a definition, keeps what is sound and notes what is not.
struct ScriptChecker {
  let definition: ScriptedDialogueDefinition
  let slots: [String: SlotMatcher]
  var problems: [ScriptedDialogueProblem] = []

  init(definition: ScriptedDialogueDefinition, language: String) {
    self.definition = definition
    slots = (definition.slots ?? [:]).mapValues { SlotMatcher($0, language: language) }
  }

  private mutating func note(_ key: String, _ message: String) {
    problems.append(ScriptedDialogueProblem(key: key, message: message))
  }

  mutating func checkWhole() {
    if definition.states.isEmpty { note("states", "there has to be at least one state") }
    checkState(definition.start, at: "start")
    if let threshold = definition.threshold, !(0.3...1).contains(threshold) {
      note("threshold", "\(threshold) is not within 0.3 to 1")
    }
    for (name, slot) in (definition.slots ?? [:]).sorted(by: { $0.key < $1.key }) {
      let key = "slots.\(name)"
      if slot.type == .values, slot.values?.isEmpty ?? true { note("\(key).values", "a slot of values needs some") }
      for (field, count) in [("length", slot.length), ("min", slot.min), ("max", slot.max)] {
        if let count, !(1...32).contains(count) { note("\(key).\(field)", "\(count) is not within 1 to 32") }
      }
      if let low = slot.min, let high = slot.max, low > high { note("\(key).max", "is below min") }
    }
  }

  mutating func intents(_ list: [ScriptedIntent], at key: String) -> [Script.Intent] {
    var result: [Script.Intent] = []
    for (index, intent) in list.enumerated() {
      let key = "\(key)[\(index)]"
      if intent.phrases.isEmpty { note("\(key).phrases", "there has to be at least one phrase") }
      var patterns: [PhrasePattern] = []
      for (index, phrase) in intent.phrases.enumerated() {
        do throws(PhraseError) {
          let pattern = try PhrasePattern(phrase)
          for slot in pattern.slots.sorted() where slots[slot] == nil {
            note("\(key).phrases[\(index)]", unknown("slot", slot, among: Array(slots.keys)))
          }
          patterns.append(pattern)
        } catch {
          note("\(key).phrases[\(index)]", "\"\(phrase)\": \(error.message)")
        }
      }
      var cases: [(when: [String: String], outcome: Script.Outcome)] = []
      for (index, branch) in (intent.cases ?? []).enumerated() {
        let key = "\(key).cases[\(index)]"
        for slot in branch.when.keys.sorted() where slots[slot] == nil {
          note("\(key).when.\(slot)", unknown("slot", slot, among: Array(slots.keys)))
        }
        let outcome = outcome(
          say: branch.say, goto: branch.goto, transfer: branch.transfer, hangup: branch.hangup, at: key)
        cases.append((branch.when, outcome))
      }
      let outcome = outcome(
        say: intent.say, goto: intent.goto, transfer: intent.transfer, hangup: intent.hangup, at: key)
      result.append(
        Script.Intent(
          key: key, patterns: patterns, matchers: patterns.flatMap { $0.tokens.map(PhraseMatcher.init) }, cases: cases,
          outcome: outcome))
    }
    return result
  }

  private mutating func outcome(
    say: ScriptedLines?, goto: String?, transfer: String?, hangup: Bool?, at key: String
  ) -> Script.Outcome {
    if let goto { checkState(goto, at: "\(key).goto") }
    if say == nil, goto == nil, transfer == nil, hangup != true {
      note(key, "needs an outcome: say, goto, transfer or hangup")
    }
    if transfer != nil, hangup == true { note("\(key).hangup", "can't go with transfer") }
    return Script.Outcome(
      say: lines(say, at: "\(key).say"), goto: goto, transfer: transfer, hangsUp: hangup ?? false)
  }

  mutating func fallback(_ fallback: ScriptedFallback?, at key: String) -> Script.Fallback {
    guard let fallback else { return Script.Fallback(say: [], after: .max, then: nil) }
    if let after = fallback.after, !(1...20).contains(after) { note("\(key).after", "\(after) is not within 1 to 20") }
    if let goto = fallback.goto { checkState(goto, at: "\(key).goto") }
    let leads = fallback.transfer != nil || fallback.goto != nil || fallback.hangup == true
    let then = Script.Outcome(
      say: [], goto: fallback.goto, transfer: fallback.transfer, hangsUp: fallback.hangup ?? false)
    return Script.Fallback(
      say: lines(fallback.say, at: "\(key).say"), after: fallback.after ?? 2, then: leads ? then : nil)
  }

  mutating func lines(_ lines: ScriptedLines?, at key: String) -> [String] {
    guard let lines else { return [] }
    if lines.texts.isEmpty { note(key, "an empty list; leave it out or write a text") }
    for text in lines.texts {
      do throws(PhraseError) {
        for slot in try Script.slots(in: text) where slots[slot] == nil {
          note(key, unknown("slot", slot, among: Array(slots.keys)))
        }
      } catch {
        note(key, error.message)
      }
    }
    return lines.texts
  }

  private mutating func checkState(_ name: String, at key: String) {
    if definition.states[name] == nil {
      note(key, unknown("state", name, among: Array(definition.states.keys)))
    }
  }

  private func unknown(_ what: String, _ name: String, among known: [String]) -> String {
    let nearest = known.max { similarity($0, name) < similarity($1, name) }
    let hint = nearest.map { similarity($0, name) >= 0.5 ? "; did you mean \"\($0)\"?" : "" } ?? ""
    return "no \(what) is named \"\(name)\"\(hint)"
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

  /// `text` with the values of the slots that it quotes.
  func filled(_ text: String, with values: [String: String]) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      result += rest[..<open]
      if let value = values[name] { result += slots[name]?.spoken(value) ?? value }
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
