import Audio
import Coordination
import VoicePipeline

@testable import ChatBridge

/// A language model that gives written answers in turn and notes what it was asked.
final class StandInMind: LanguageModel {
  let name = "stand-in"
  let readsFreely: Bool
  let sees: Set<DialogueAttachment.Kind>
  let classifier: (any EscalationClassifier)?
  let summariser: (any ConversationSummariser)?
  private let state: Locked<State>

  private struct State {
    var answers: [Result<[ReplyEvent], ProviderError>]
    var asked: [DialogueContext] = []
    var resumed: [String?] = []
    var newSessions: [Bool] = []
  }

  /// Gives `answers` one after the other, the last one again and again.
  init(
    _ answers: [Result<[ReplyEvent], ProviderError>], readsFreely: Bool = true, sees: Set<DialogueAttachment.Kind> = [],
    classifier: (any EscalationClassifier)? = nil, summariser: (any ConversationSummariser)? = nil
  ) {
    self.classifier = classifier
    self.summariser = summariser
    state = Locked(State(answers: answers))
    self.readsFreely = readsFreely
    self.sees = sees
  }

  /// What it was asked so far.
  var asked: [DialogueContext] { state.withLock { $0.asked } }
  /// The memories with which its dialogues began that were asked something.
  var resumed: [String?] { state.withLock { $0.resumed } }
  /// Whether they began anew.
  var newSessions: [Bool] { state.withLock { $0.newSessions } }

  func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue {
    makeDialogue(resuming: memory, asNewSession: false)
  }

  func makeDialogue(resuming memory: DialogueMemory?, asNewSession: Bool) -> any Dialogue {
    StandInDialogue(mind: self, start: memory, isNew: asNewSession)
  }

  fileprivate func answer(
    to context: DialogueContext, _ memory: DialogueMemory?, _ isNew: Bool
  ) -> Result<[ReplyEvent], ProviderError> {
    state.withLock { state in
      state.asked.append(context)
      state.resumed.append(memory?.text)
      state.newSessions.append(isNew)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
  }
}

private struct StandInDialogue: Dialogue {
  let mind: StandInMind
  let start: DialogueMemory?
  let isNew: Bool
  private let turns = Locked(0)

  init(mind: StandInMind, start: DialogueMemory?, isNew: Bool) {
    self.mind = mind
    self.start = start
    self.isNew = isNew
  }

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    AsyncThrowingStream { continuation in
      switch mind.answer(to: context, start, isNew) {
      case .success(let events):
        for event in events { continuation.yield(event) }
        turns.withLock { $0 += 1 }
        continuation.finish()
      case .failure(let error):
        continuation.finish(throwing: error)
      }
    }
  }

  func hint() async -> RecognitionHint? { RecognitionHint(grammar: nil, phrases: [start?.text ?? "no memory"]) }

  var memory: DialogueMemory? { DialogueMemory(text: "\(start?.text ?? "")+\(turns.withLock { $0 })") }
}

/// Speaks a tenth of a second for each sentence, or fails.
struct StandInVoice: TextToSpeech {
  let name = "stand-in"
  let sampleRate = 16_000
  let fails: Bool
  let spoken = Locked<[String]>([])

  init(fails: Bool = false) { self.fails = fails }

  func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error> {
    AsyncThrowingStream { continuation in
      spoken.withLock { $0.append(sentence) }
      if fails {
        continuation.finish(throwing: ProviderError(.unreachable, provider: name, message: "gone"))
      } else {
        continuation.yield((0..<1600).map { Int16(truncatingIfNeeded: ($0 % 80) * 200 - 8000) })
        continuation.finish()
      }
    }
  }
}
