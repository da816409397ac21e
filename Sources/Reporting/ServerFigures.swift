package import Audio
package import ChatBridge
import Coordination
import RTPEngine
import SIPStack
import Store
package import VoicePipeline

/// What the conversations of a server add up to. Conversations write, the metrics page reads.
package final class ServerFigures: Sendable {
  /// Sums since the start.
  package struct Turns: Sendable {
    /// Voice to voice: the caller's last speech packet in to the first audible packet out.
    package var latency = LatencyHistogram()
    package var interruptions = 0
    package var transfers = 0
    package var failedTransfers = 0
    package var providerFailures = 0
  }

  /// What happened in chats since the start.
  package struct Chats: Sendable {
    /// From the end of the customer's pause to the answer in the outbox.
    package var latency = LatencyHistogram()
    package var received = 0
    package var sent = 0
    package var delivered = 0
    package var read = 0
    package var failed = 0
    package var escalations = 0
  }

  private struct State {
    var turns = Turns()
    var chats = Chats()
    var isReady = false
  }

  /// Sound of callers for which recognition had no room or no time.
  package let lostSound = LostSound()
  private let state = Locked(State())
  private let observer: @Sendable (ConversationEvent) -> Void
  private let chatObserver: @Sendable (ChatEvent) -> Void

  /// Figures at zero; the observers see every event of calls and of chats, too.
  package init(
    observer: @escaping @Sendable (ConversationEvent) -> Void = { _ in },
    chatObserver: @escaping @Sendable (ChatEvent) -> Void = { _ in }
  ) {
    self.observer = observer
    self.chatObserver = chatObserver
  }

  /// The chats' figures so far.
  package var chats: Chats { state.withLock { $0.chats } }

  /// The figures so far.
  package var turns: Turns { state.withLock { $0.turns } }

  /// Whether calls are taken.
  package var isReady: Bool {
    get { state.withLock { $0.isReady } }
    set { state.withLock { $0.isReady = newValue } }
  }

  /// Counts what `event` stands for.
  package func note(_ event: ConversationEvent) {
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
  package func note(_ event: ChatEvent) {
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

extension ServerFigures {
  /// The figures of chats, `live` of which are at work at this moment, for the metrics page.
  package func chatMetrics(live: Int) -> [MetricFamily] {
    let chats = chats
    return [
      MetricFamily("assist_chats", "Chats at work at this moment.", .gauge, Double(live)),
      MetricFamily(
        "assist_messages_total", "Messages of chats, by what became of them.", .counter, by: "state",
        [
          ("received", Double(chats.received)), ("sent", Double(chats.sent)), ("delivered", Double(chats.delivered)),
          ("read", Double(chats.read)), ("failed", Double(chats.failed)),
        ]),
      MetricFamily(
        "assist_chat_escalations_total", "Chats that were given to a person.", .counter, Double(chats.escalations)),
      MetricFamily(
        "assist_chat_answer_seconds",
        "From the end of a customer's burst of messages to the answer in the outbox.", chats.latency),
    ]
  }

}
