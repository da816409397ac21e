import Audio
import Locking

/// A language model without a model: answers by a written dialogue. Needs no network and answers at once.
public struct ScriptedLanguageModel: LanguageModel {
  /// `scripted`.
  public let name = "scripted"
  private let script: Script

  /// A model of `definition` for `language` (BCP 47). Throws all mistakes of the definition at once.
  public init(_ definition: ScriptedDialogueDefinition, language: String) throws(ScriptedDialogueProblems) {
    script = try Script(definition, language: language)
  }

  /// The mind of one conversation, in the dialogue's first state.
  public func makeDialogue() -> any Dialogue { ScriptedDialogue(script) }
}

/// Where one conversation stands in a scripted dialogue.
struct ScriptedPosition: Sendable, Equatable {
  var state: String
  var slots: [String: String] = [:]
  var misses = 0
  /// How often each list of answers has been used.
  var uses: [String: Int] = [:]
}

extension Script {
  /// What is answered to `text` at `position`, which moves on.
  func answer(_ text: String, at position: inout ScriptedPosition) -> [ReplyEvent] {
    guard let state = states[position.state] else { return [] }
    let heard = Words.normalised(text)
    guard let (intent, match) = best(for: heard, in: state) else { return miss(in: state, at: &position) }
    position.misses = 0
    position.slots.merge(match.slots) { $1 }
    let branch = intent.cases.firstIndex { entry in
      entry.when.allSatisfy { slot, value in
        position.slots[slot].map { Words.normalised($0) == Words.normalised(value) } ?? false
      }
    }
    let outcome = branch.map { intent.cases[$0].outcome } ?? intent.outcome
    return events(of: outcome, key: branch.map { "\(intent.key).cases[\($0)]" } ?? intent.key, at: &position)
  }

  private func best(for heard: [String], in state: State) -> (Intent, PhraseMatcher.Match)? {
    var best: (Intent, PhraseMatcher.Match)?
    // The state's own intents come first, so that at equal score they win over what may be said everywhere.
    for intent in state.intents + intents {
      for matcher in intent.matchers {
        guard let match = matcher.match(heard, slots: slots), match.score >= threshold else { continue }
        if match.score > best?.1.score ?? 0 { best = (intent, match) }
      }
    }
    return best
  }

  private func miss(in state: State, at position: inout ScriptedPosition) -> [ReplyEvent] {
    position.misses += 1
    let fallback = state.fallback
    if position.misses > fallback.after, let then = fallback.then {
      position.misses = 0
      return events(of: then, key: "states.\(position.state).fallback", at: &position)
    }
    guard let last = fallback.say.last else { return [.text("Sorry, I did not understand that.")] }
    let index = position.misses - 1
    return [.text(filled(index < fallback.say.count ? fallback.say[index] : last, with: position.slots))]
  }

  private func events(of outcome: Outcome, key: String, at position: inout ScriptedPosition) -> [ReplyEvent] {
    var texts: [String] = []
    if let line = next(outcome.say, key: key, at: &position) { texts.append(line) }
    if let goto = outcome.goto {
      position.state = goto
      if let line = next(states[goto]?.say ?? [], key: "states.\(goto)", at: &position) { texts.append(line) }
    }
    var events: [ReplyEvent] = texts.isEmpty ? [] : [.text(texts.joined(separator: " "))]
    if let reason = outcome.transfer { events.append(.transferToHuman(reason: reason)) }
    if outcome.hangsUp { events.append(.hangUp) }
    return events
  }

  private func next(_ lines: [String], key: String, at position: inout ScriptedPosition) -> String? {
    guard !lines.isEmpty else { return nil }
    let count = position.uses[key, default: 0]
    position.uses[key] = count &+ 1
    return filled(lines[count % lines.count], with: position.slots)
  }
}

/// One conversation in a scripted dialogue.
final class ScriptedDialogue: Dialogue {
  private struct Memory {
    var position: ScriptedPosition
    /// What the last answer was given on, and where the dialogue stood then.
    var last: (history: [DialogueMessage], position: ScriptedPosition)?
  }

  private let script: Script
  private let memory: Locked<Memory>

  init(_ script: Script) {
    self.script = script
    memory = Locked(Memory(position: ScriptedPosition(state: script.start)))
  }

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    let index = context.messages.lastIndex { $0.role == .caller }
    let text = index.map { context.messages[$0].text } ?? ""
    let history = index.map { Array(context.messages[..<$0]) } ?? context.messages
    let before = memory.withLock { memory in
      // The same history again: the answer that was given on it was thrown away unheard, so it leaves no trace.
      if let last = memory.last, last.history == history { return last.position }
      return memory.position
    }
    var after = before
    let events = script.answer(text, at: &after)
    let source = Locked((events: events[...], position: after))
    return AsyncThrowingStream {
      if Task.isCancelled { return nil }
      let (event, position) = source.withLock { ($0.events.popFirst(), $0.position) }
      if event == nil {
        self.memory.withLock { memory in
          memory.position = position
          memory.last = (history, before)
        }
      }
      return event
    }
  }

  func hint() async -> RecognitionHint? {
    let state = memory.withLock { $0.position.state }
    return script.states[state]?.hint
  }
}
