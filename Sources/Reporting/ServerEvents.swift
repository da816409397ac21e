package import Calls
package import ChatBridge
import Coordination
package import Events
package import Logging
package import RTPEngine
package import Settings
package import SIPStack
package import Store
package import VoicePipeline

/// All that a server tells the outside: the hub and the webhooks, and the places where calls and chats put in what happens.
package struct ServerEvents: Sendable {
  package let hub: EventHub
  package let webhooks: Webhooks
  package let log: any EventLog
  /// What is told of steps of the store.
  private let announcements: Announcements
  private let clock: any TimestampClock
  private let lifetime = Lifetime()

  package init(_ configuration: Configuration, store: any Storage, clock: any TimestampClock, logger: Logger) {
    let log = StoredEventLog(book: store)
    let webhooks = Webhooks(configuration.http.webhooks, book: store, clock: clock, logger: logger)
    hub = EventHub(
      log: log, clock: clock, logger: logger, endpoints: { webhooks.endpoints(for: $0) },
      whenStored: { webhooks.wake() })
    self.webhooks = webhooks
    self.log = log
    announcements = Announcements(endpoints: { webhooks.endpoints(for: $0) }, clock: clock)
    self.clock = clock
  }

  /// Stores, hands out and delivers until `stop`.
  package func run() async {
    await lifetime.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await webhooks.run() }
        await hub.run()
        webhooks.stop()
        group.cancelAll()
      }
    }
  }

  /// Stores what is left and ends all subscriptions, and returns when `run` has: a request to a webhook that is under way is
  /// finished and its outcome stored, all other deliveries go on at the next start.
  package func stop() async {
    webhooks.stop()
    await hub.stop()
    await lifetime.ended()
  }

  /// `store`, of which each step tells what it changes.
  package func announcing<Book: Announcing>(_ store: Book) -> Book {
    store.announcing { [announcements] in announcements.of($0) }
  }

  /// An event with whom it goes to, for those who store it together with what it tells of.
  package func logged(_ event: AssistEvent) -> LoggedEvent {
    LoggedEvent(event: event, endpoints: webhooks.endpoints(for: event.type))
  }

  // MARK: Where things happen

  /// Something happened in the conversation of a call.
  package func note(_ event: ConversationEvent, on call: CallRecord) {
    if let event = AssistEvent.of(event, on: call, .now(clock)) { hub.publish(event) }
  }

  /// Something happened in a chat.
  package func note(_ event: ChatEvent) {
    if let event = AssistEvent.of(event) { hub.publish(event) }
  }

  /// Something happened on a call, but that it was answered, its end, and what the assistant does.
  package func note(_ notice: CallNotice.Kind, on call: CallRecord) {
    switch notice {
    case .ringing: hub.publish(.ringing(call, at: clock.now))
    case .digit(let digit): self.digit(digit, via: .rtp, on: call)
    case .transfer(let notice): hub.publish(.transfer(notice, call, at: clock.now))
    case .answered, .held, .ended: break
    }
  }

  /// A key was pressed.
  package func digit(_ digit: Character, via path: DigitPath, on call: CallRecord) {
    hub.publish(.digit(digit, via: path, call, at: clock.now))
  }

  /// A call was answered, as `call` has it, which is stored with the event.
  package func answered(_ call: CallRecord) { hub.publish(.answered(call, at: clock.now), storing: call) }

  /// A call is over, as `call` has it, which is stored with the event.
  package func ended(_ call: CallRecord, _ ending: CallEnding, _ media: MediaLegStatistics) {
    hub.publish(.ended(call, ending, media, at: clock.now), storing: call)
  }

  /// Returns when what was told of a call, and of the conversation that it is a part of, is stored or could not be.
  package func settled(_ call: CallRecord) async { await hub.settled(in: call.conversation, call: call.id) }

  /// How the media of a live call does.
  package func quality(_ call: CallRecord, _ media: MediaLegStatistics) {
    hub.publish(.quality(call, media, at: clock.now))
  }

  /// A person is wanted in a call, and could not be put into the queue.
  package func requested(_ finding: EscalationFinding, on call: CallRecord) {
    let data = EscalationData(
      reason: finding.reason, kind: finding.kind.rawValue, channel: "phone", priority: finding.priority)
    hub.publish(
      .escalation(.escalationRequested, data, conversation: call.conversation ?? "", call: call.id, at: clock.now))
  }
}
