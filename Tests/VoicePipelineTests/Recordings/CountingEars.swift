import Audio
import Coordination

@testable import VoicePipeline

/// A recogniser that only listens live and works in its own time: it takes frames into a backlog of 500 and, once an
/// utterance is finished, answers with how many there were.
final class CountingEars: SpeechToText {
  /// What it did over all recognitions.
  struct Record: Sendable {
    var frames = 0
    var speech = 0
    var outstanding = 0
    var mostOutstanding = 0
    var utterances: [Duration] = []
    var options: [String] = []
    var opened = 0
    var closed = 0
  }

  let name = "counting"
  private let state = Locked(Record())
  /// Whether `finishUtterance` is answered.
  private let answers: Bool
  private let failure: ProviderError?

  init(answers: Bool = true, failure: ProviderError? = nil) {
    self.answers = answers
    self.failure = failure
  }

  var record: Record { state.withLock { $0 } }

  func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    state.withLock {
      $0.opened += 1
      $0.options.append("\(options.language) \(options.sampleRate) \(options.hint?.phrases.joined() ?? "")")
    }
    return Recognition(ears: self)
  }

  private final class Recognition: SpeechRecognition {
    let events: AsyncStream<RecognitionEvent>
    private let sink: AsyncStream<RecognitionEvent>.Continuation
    private let ears: CountingEars
    private let length = Locked(Duration.zero)

    init(ears: CountingEars) {
      self.ears = ears
      (events, sink) = AsyncStream.makeStream()
    }

    func send(_ frame: AudioFrame) {
      length.withLock { $0 += frame.duration }
      ears.state.withLock { record in
        record.frames += 1
        if frame.isSpeech { record.speech += 1 }
        record.outstanding += 1
        record.mostOutstanding = max(record.mostOutstanding, record.outstanding)
      }
    }

    func finishUtterance() {
      if let failure = ears.failure {
        sink.yield(.failed(failure))
        sink.finish()
        return
      }
      let number = ears.state.withLock { record in
        record.utterances.append(length.withLock { $0 })
        return record.utterances.count
      }
      guard ears.answers else { return }
      length.withLock { $0 = .zero }
      // The work is done later, on another thread.
      Task.detached { [ears, sink] in
        ears.state.withLock { $0.outstanding = 0 }
        sink.yield(.partial("w"))
        sink.yield(.final("w\(number)", confidence: 0.5))
      }
    }

    func update(hint: RecognitionHint?) {}
    func close() {
      ears.state.withLock { $0.closed += 1 }
      sink.finish()
    }
  }
}
