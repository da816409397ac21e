import Audio
import Locking
import RTPEngine
import SIPStack
import VoicePipeline

/// What the conversations of a server add up to. Conversations write, the metrics page reads.
final class ServerFigures: Sendable {
  /// Sums since the start.
  struct Turns: Sendable {
    /// Voice to voice: the caller's last speech packet in to the first audible packet out.
    var latency = LatencyHistogram()
    var interruptions = 0
    var transfers = 0
    var failedTransfers = 0
    var providerFailures = 0
  }

  private struct State {
    var turns = Turns()
    var isReady = false
  }

  private let state = Locked(State())
  private let observer: @Sendable (ConversationEvent) -> Void

  /// Figures at zero; `observer` sees every event too.
  init(observer: @escaping @Sendable (ConversationEvent) -> Void = { _ in }) { self.observer = observer }

  /// The figures so far.
  var turns: Turns { state.withLock { $0.turns } }

  /// Whether calls are taken.
  var isReady: Bool {
    get { state.withLock { $0.isReady } }
    set { state.withLock { $0.isReady = newValue } }
  }

  /// Counts what `event` stands for.
  func note(_ event: ConversationEvent) {
    observer(event)
    state.withLock { state in
      switch event.kind {
      case .turnTiming(let timing):
        guard let out = timing.firstAudibleOut else { return }
        state.turns.latency.record(timing.lastSpeechIn.duration(to: out))
      case .replyFinished(_, _, wasInterrupted: true): state.turns.interruptions += 1
      case .transferFinished(let succeeded, _):
        state.turns.transfers += 1
        if !succeeded { state.turns.failedTransfers += 1 }
      case .providerFailed: state.turns.providerFailures += 1
      default: break
      }
    }
  }
}
