import VoicePipeline

/// Goes through a definition, keeps what is sound and notes what is not.
struct ScriptChecker {
  /// What WhatsApp takes in one text.
  private static let longestMessage = 4096

  let definition: ScriptedDialogueDefinition
  let slots: [String: SlotMatcher]
  var problems: [ScriptedDialogueProblem] = []
  /// The titles of choices that have an id of their own.
  private(set) var titles: [String: String] = [:]
  /// All that is offered, to see later whether it leads on.
  private(set) var offered: [Offer] = []

  /// A choice, and the state in which it is tapped; nil if that may be any.
  struct Offer {
    var key: String
    var title: String
    var state: String?
  }

  /// The keys of an outcome, wherever they stand.
  private struct Draft {
    var say: ScriptedLines?
    var goto: String?
    var transfer: String?
    var hangup: Bool?
    var choices: [ScriptedChoice]?
    var message: String?
    var call: Bool?
  }

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

  mutating func intents(_ list: [ScriptedIntent], in state: String?, at key: String) -> [Script.Intent] {
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
          Draft(
            say: branch.say, goto: branch.goto, transfer: branch.transfer, hangup: branch.hangup,
            choices: branch.choices, message: branch.message, call: branch.call), in: state, at: key)
        cases.append((branch.when, outcome))
      }
      let outcome = outcome(
        Draft(
          say: intent.say, goto: intent.goto, transfer: intent.transfer, hangup: intent.hangup,
          choices: intent.choices, message: intent.message, call: intent.call), in: state, at: key)
      result.append(
        Script.Intent(
          key: key, patterns: patterns, matchers: patterns.flatMap { $0.tokens.map(PhraseMatcher.init) }, cases: cases,
          outcome: outcome))
    }
    return result
  }

  private mutating func outcome(_ draft: Draft, in state: String?, at key: String) -> Script.Outcome {
    if draft.say == nil, draft.goto == nil, draft.transfer == nil, draft.hangup != true, draft.message == nil,
      draft.call != true
    {
      note(key, "needs an outcome: say, goto, transfer, hangup, message or call")
    }
    if draft.choices != nil, draft.say == nil, draft.message == nil,
      draft.goto.flatMap({ definition.states[$0]?.say }) == nil
    {
      note("\(key).choices", "need words above them; write `say`")
    }
    var outcome = deeds(draft, at: key)
    outcome.say = lines(draft.say, at: "\(key).say")
    outcome.choices = choices(draft.choices, in: draft.goto ?? state, at: "\(key).choices")
    return outcome
  }

  /// What an outcome does besides speaking.
  private mutating func deeds(_ draft: Draft, at key: String) -> Script.Outcome {
    if let goto = draft.goto { checkState(goto, at: "\(key).goto") }
    if draft.transfer != nil, draft.hangup == true { note("\(key).hangup", "can't go with transfer") }
    if draft.transfer != nil, draft.call == true { note("\(key).call", "can't go with transfer") }
    if let message = draft.message {
      if message.isEmpty { note("\(key).message", "is empty; leave it out or write a text") }
      if message.count > Self.longestMessage {
        note("\(key).message", "has more than \(Self.longestMessage) characters, the most that a message takes")
      }
      _ = lines(ScriptedLines([message]), at: "\(key).message")
    }
    return Script.Outcome(
      goto: draft.goto, transfer: draft.transfer, hangsUp: draft.hangup ?? false, message: draft.message,
      calls: draft.call ?? false)
  }

  /// The choices `list`, which are tapped in `state`.
  mutating func choices(_ list: [ScriptedChoice]?, in state: String?, at key: String) -> [ReplyChoice] {
    guard let list else { return [] }
    if list.isEmpty { note(key, "an empty list; leave it out or write some") }
    if list.count > ReplyChoice.maximumCount {
      note(key, "\(list.count) choices; at most \(ReplyChoice.maximumCount) can be offered at once")
    }
    var known: Set<String> = []
    for (index, choice) in list.enumerated() {
      let key = "\(key)[\(index)]"
      let reply = choice.reply
      if !(1...ReplyChoice.maximumTitle).contains(reply.title.count) {
        note("\(key).title", "\"\(reply.title)\" is not 1 to \(ReplyChoice.maximumTitle) characters long")
      }
      if !known.insert("title \(reply.title)").inserted { note("\(key).title", "\"\(reply.title)\" is there twice") }
      if !known.insert("id \(reply.id)").inserted { note("\(key).id", "\"\(reply.id)\" is there twice") }
      if !(1...200).contains(reply.id.count) { note("\(key).id", "is not 1 to 200 characters long") }
      if let description = reply.description, !(1...ReplyChoice.maximumDescription).contains(description.count) {
        note("\(key).description", "is not 1 to \(ReplyChoice.maximumDescription) characters long")
      }
      if let id = choice.id {
        if let other = titles[id], other != choice.title {
          note("\(key).id", "\"\(id)\" is already that of \"\(other)\"")
        }
        titles[id] = choice.title
      }
      offered.append(Offer(key: key, title: choice.title, state: state))
    }
    return list.map(\.reply)
  }

  mutating func fallback(_ fallback: ScriptedFallback?, in state: String?, at key: String) -> Script.Fallback {
    guard let fallback else { return Script.Fallback(say: [], after: .max, then: nil) }
    if let after = fallback.after, !(1...20).contains(after) { note("\(key).after", "\(after) is not within 1 to 20") }
    let draft = Draft(
      goto: fallback.goto, transfer: fallback.transfer, hangup: fallback.hangup, message: fallback.message,
      call: fallback.call)
    let leads =
      draft.transfer != nil || draft.goto != nil || draft.hangup == true || draft.message != nil || draft.call == true
    let then = deeds(draft, at: key)
    return Script.Fallback(
      say: lines(fallback.say, at: "\(key).say"), after: fallback.after ?? 2,
      choices: choices(fallback.choices, in: state, at: "\(key).choices"), then: leads ? then : nil)
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
