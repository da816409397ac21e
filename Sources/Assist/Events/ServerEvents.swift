import ChatBridge
import Coordination
import Events
import Logging
import RTPEngine
import Settings
import SIPStack
import Store
import VoicePipeline

/// All that a server tells the outside: the hub, the webhooks and what is forgotten of it, and the places where calls and
/// chats put in what happens.
struct ServerEvents: Sendable {
  /// Between two `call.quality` of one call.
  static let qualityInterval = Duration.seconds(10)

  let hub: EventHub
  let webhooks: Webhooks
  let log: any EventLog
  private let store: any Storage
  private let clock: any TimestampClock
  private let retention: Retention
  private let isRunning = Locked(false)
  /// Ends when `run` has.
  private let running: AsyncStream<Never>
  private let runningSink: AsyncStream<Never>.Continuation

  init(_ configuration: Configuration, store: any Storage, clock: any TimestampClock, logger: Logger) {
    let log = StoredEventLog(book: store)
    let webhooks = Webhooks(configuration.http.webhooks, book: store, clock: clock, logger: logger)
    hub = EventHub(
      log: log, clock: clock, logger: logger, endpoints: { webhooks.endpoints(for: $0) },
      whenStored: { webhooks.wake() })
    (running, runningSink) = AsyncStream.makeStream()
    self.webhooks = webhooks
    self.log = log
    self.store = store
    self.clock = clock
    retention = Retention(
      configuration: configuration.store.retention, store: store, clock: clock, logger: logger)
  }

  /// `GET /v1/events`.
  var route: EventStreamRoute { EventStreamRoute(hub: hub, log: log) }

  /// Stores, hands out and delivers until `stop`.
  func run() async {
    isRunning.withLock { $0 = true }
    defer { runningSink.finish() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await webhooks.run() }
      group.addTask { await retention.run() }
      await hub.run()
      webhooks.stop()
      group.cancelAll()
    }
  }

  /// Stores what is left and ends all subscriptions, and returns when `run` has: a request to a webhook that is under way is
  /// finished and its outcome stored, all other deliveries go on at the next start.
  func stop() async {
    webhooks.stop()
    await hub.stop()
    guard isRunning.withLock({ $0 }) else { return }
    for await _ in running {}
  }

  /// An event with whom it goes to, for those who store it together with what it tells of.
  func logged(_ event: AssistEvent) -> LoggedEvent {
    LoggedEvent(event: event, endpoints: webhooks.endpoints(for: event.type))
  }

  // MARK: Where things happen

  /// Something happened in the conversation of a call.
  func note(_ event: ConversationEvent, on call: CallRecord) {
    if let event = AssistEvent.of(event, on: call, .now(clock)) { hub.publish(event) }
  }

  /// Something happened in a chat. Messages are looked up, so that their words go along.
  func note(_ event: ChatEvent) {
    let id: String
    switch event.kind {
    case .received(let message), .sent(let message), .status(let message, .failed): id = message
    case .escalationRequested:
      // By the time it is told it is in the queue, under a name.
      hub.publish(in: event.conversation) { [store, clock] in
        guard let wish = try? await store.openEscalation(of: event.conversation) else {
          return AssistEvent.of(event, message: nil)
        }
        return .escalation(.escalationRequested, EscalationData(wish), conversation: wish.conversation, at: clock.now)
      }
      return
    default:
      if let event = AssistEvent.of(event, message: nil) { hub.publish(event) }
      return
    }
    hub.publish(in: event.conversation) { [store] in
      AssistEvent.of(event, message: try? await store.message(id))
    }
  }

  /// Something happened on a call, but its end and what the assistant does.
  func note(_ notice: CallNotice.Kind, on call: CallRecord) {
    switch notice {
    case .ringing: hub.publish(.ringing(call, at: clock.now))
    case .answered: hub.publish(.answered(call, at: clock.now))
    case .digit(let digit): self.digit(digit, via: .rtp, on: call)
    case .transfer(let notice): hub.publish(.transfer(notice, call, at: clock.now))
    case .held, .ended: break
    }
  }

  /// A key was pressed.
  func digit(_ digit: Character, via path: DigitPath, on call: CallRecord) {
    hub.publish(.digit(digit, via: path, call, at: clock.now))
  }

  /// A call is over.
  func ended(_ call: CallRecord, _ ending: CallEnding, _ media: MediaLegStatistics) {
    hub.publish(.ended(call, ending, media, at: clock.now))
  }

  /// Publishes how the media of a call does until the task is cancelled.
  func watchQuality(of recorder: CallRecorder, _ leg: MediaLeg) async {
    while (try? await Task.sleep(for: Self.qualityInterval)) != nil {
      let call = recorder.call
      guard call.answeredAt != nil, call.endedAt == nil else { continue }
      hub.publish(.quality(call, leg.statistics(), at: clock.now))
    }
  }

  /// A conversation was given to another owner.
  func ownerChanged(_ conversation: ConversationRecord) { hub.publish(.updated(conversation, at: clock.now)) }

  /// A person has taken a conversation that waited for one.
  func claimed(_ escalation: EscalationRecord, by person: String) {
    let data = EscalationData(
      escalation: escalation.id, reason: escalation.reason, channel: escalation.channel, state: "claimed",
      person: person)
    hub.publish(.escalation(.escalationClaimed, data, conversation: escalation.conversation, at: clock.now))
  }
}
