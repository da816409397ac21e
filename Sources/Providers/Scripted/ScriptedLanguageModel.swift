import Audio
import Coordination
public import VoicePipeline

/// A language model without a model: answers by a written dialogue. Needs no network and answers at once.
public struct ScriptedLanguageModel: LanguageModel {
  /// `scripted`.
  public let name = "scripted"
  /// Not beyond its phrases.
  public let readsFreely = false
  private let script: Script

  /// A model of `definition` for `language` (BCP 47). Throws all mistakes of the definition at once.
  public init(_ definition: ScriptedDialogueDefinition, language: String) throws(ScriptedDialogueProblems) {
    script = try Script(definition, language: language)
  }

  /// The mind of one conversation, where `memory` stands or in the dialogue's first state.
  public func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue {
    makeDialogue(resuming: memory, asNewSession: false)
  }

  /// The mind of one conversation; as a new session in the dialogue's first state, with the slots of `memory`.
  public func makeDialogue(resuming memory: DialogueMemory?, asNewSession: Bool) -> any Dialogue {
    ScriptedDialogue(script, at: script.position(from: memory, asNewSession: asNewSession))
  }

  /// Where `other` stands, with the slots that only `memory` has filled.
  public func joined(_ memory: DialogueMemory, with other: DialogueMemory) -> DialogueMemory {
    guard let mine = ScriptedPosition(memory), var joined = ScriptedPosition(other) else { return other }
    joined.slots.merge(mine.slots) { kept, _ in kept }
    return joined.memory ?? other
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
  private let state: Locked<Memory>

  init(_ script: Script, at position: ScriptedPosition) {
    self.script = script
    state = Locked(Memory(position: position))
  }

  var memory: DialogueMemory? { state.withLock { $0.position }.memory }

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    let index = context.messages.lastIndex { $0.role == .caller }
    let text = index.map { context.messages[$0].text } ?? ""
    let history = index.map { Array(context.messages[..<$0]) } ?? context.messages
    let before = state.withLock { memory in
      // The same history again: the answer that was given on it was thrown away unheard, so it leaves no trace.
      if let last = memory.last, last.history == history { return last.position }
      return memory.position
    }
    var after = before
    let events = script.answer(text, in: ScriptedSetting(context), at: &after)
    let source = Locked((events: events[...], position: after))
    return AsyncThrowingStream {
      if Task.isCancelled { return nil }
      let (event, position) = source.withLock { ($0.events.popFirst(), $0.position) }
      if event == nil {
        self.state.withLock { memory in
          memory.position = position
          memory.last = (history, before)
        }
      }
      return event
    }
  }

  var facts: [DialogueFact] {
    let slots = state.withLock { $0.position.slots }
    return slots.sorted { $0.key < $1.key }.map { DialogueFact(name: $0.key, value: $0.value) }
  }

  /// Whether all that is expected here, beside what is understood everywhere, fills a slot.
  var wantsFact: Bool {
    let name = state.withLock { $0.position.state }
    guard let intents = script.states[name]?.intents, !intents.isEmpty else { return false }
    return intents.allSatisfy { intent in intent.patterns.allSatisfy { !$0.slots.isEmpty } }
  }

  func hint() async -> RecognitionHint? {
    let name = state.withLock { $0.position.state }
    return script.states[name]?.hint
  }
}
