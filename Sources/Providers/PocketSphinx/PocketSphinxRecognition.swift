public import Audio
import Coordination
public import VoicePipeline

/// One open recognition of the embedded recogniser.
public final class PocketSphinxRecognition: SpeechRecognition {
  private struct State: Sendable {
    var thread: RecognizerThread?
    var gate = SpeechGate()
  }

  /// What is heard. One reader.
  public var events: AsyncStream<RecognitionEvent> { output.stream }
  private let output = RecognitionEvents()
  private let state: Locked<State>
  private let lost: LostSound
  private let giveBack: @Sendable (RecognizerThread) -> Void

  init(
    thread: RecognizerThread, hint: RecognitionHint?, lost: LostSound,
    giveBack: @escaping @Sendable (RecognizerThread) -> Void
  ) {
    self.giveBack = giveBack
    self.lost = lost
    state = Locked(State(thread: thread))
    thread.inbox.post(.begin(hint, output, lost))
  }

  deinit { close() }

  /// Takes the next frame; silence far from speech goes no further than this.
  public func send(_ frame: AudioFrame) {
    state.withLock { state in
      guard let thread = state.thread else { return }
      let frames = state.gate.pass(frame)
      if !frames.isEmpty, !thread.inbox.offer(.frames(frames)) {
        for frame in frames { lost.add(frame.duration) }
      }
    }
  }

  /// Asks for the words since the last time.
  public func finishUtterance() {
    demand(.finish)
  }

  /// Replaces the hint from the next utterance on.
  public func update(hint: RecognitionHint?) {
    demand(.hint(hint))
  }

  /// Gives the decoder back.
  public func close() {
    let thread = state.withLock { state in
      defer { state.thread = nil }
      state.thread?.inbox.post(.leave)
      return state.thread
    }
    if let thread { giveBack(thread) }
  }

  /// Sends what can't be lost without all behind it being wrong: an engine that has no room for it stands still.
  private func demand(_ message: RecognizerThread.Message) {
    let isLost = state.withLock { state in
      state.thread.map { !$0.inbox.offer(message, reserve: RecognizerThread.reserve) } ?? false
    }
    guard isLost else { return }
    output.yield(
      .failed(
        ProviderError(.overloaded, provider: "pocketsphinx", message: "the recogniser can't keep up; take fewer calls"))
    )
    output.finish()
  }
}
