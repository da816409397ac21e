import Audio
import ChatBridge
import Coordination
import RTPEngine
import SIPStack
import Store
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

  /// What happened in chats since the start.
  struct Chats: Sendable {
    /// From the end of the customer's pause to the answer in the outbox.
    var latency = LatencyHistogram()
    var received = 0
    var sent = 0
    var delivered = 0
    var read = 0
    var failed = 0
    var escalations = 0
  }

  private struct State {
    var turns = Turns()
    var chats = Chats()
    var isReady = false
  }

  private let state = Locked(State())
  private let observer: @Sendable (ConversationEvent) -> Void
  private let chatObserver: @Sendable (ChatEvent) -> Void

  /// Figures at zero; the observers see every event of calls and of chats, too.
  init(
    observer: @escaping @Sendable (ConversationEvent) -> Void = { _ in },
    chatObserver: @escaping @Sendable (ChatEvent) -> Void = { _ in }
  ) {
    self.observer = observer
    self.chatObserver = chatObserver
  }

  /// The chats' figures so far.
  var chats: Chats { state.withLock { $0.chats } }

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

  /// Counts what `event` of a chat stands for.
  func note(_ event: ChatEvent) {
    chatObserver(event)
    state.withLock { state in
      switch event.kind {
      case .received: state.chats.received += 1
      case .answered(_, _, let after): state.chats.latency.record(after)
      case .sent: state.chats.sent += 1
      case .status(_, let status):
        switch status {
        case .delivered: state.chats.delivered += 1
        case .read: state.chats.read += 1
        case .failed: state.chats.failed += 1
        default: break
        }
      case .escalationRequested: state.chats.escalations += 1
      case .providerFailed: state.turns.providerFailures += 1
      case .transcript, .calling: break
      }
    }
  }
}
