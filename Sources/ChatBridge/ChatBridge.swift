import Coordination
public import Logging
public import Store

/// Turns the bytes of a delivery into what they say. Called off the webhook's path.
public typealias DeliveryReader = @Sendable (Delivery) -> (updates: [ChannelUpdate], problem: String?)

/// Answers a business's messages: from the deliveries of webhooks to messages in the outbox, with the same assistants
/// that answer its calls.
///
/// Three steps, each of which the store makes durable before the next begins: a delivery is kept (and only then
/// acknowledged), its updates are applied, an answer is committed together with the messages that say it. A process that
/// ends in between goes on at the step it had reached, and does none twice.
public final class ChatBridge: Sendable {
  /// How many answers are worked out at once, and how many recordings are in memory.
  public struct Bounds: Sendable {
    /// Default 64.
    public var answers: Int
    /// Default 4; a recording is up to 16 MB.
    public var recordings: Int

    /// Bounds; the defaults suit two cores.
    public init(answers: Int = 64, recordings: Int = 4) {
      self.answers = answers
      self.recordings = recordings
    }
  }

  struct AccountKey: Hashable {
    var channel: String
    var account: String
  }

  let store: any Storage
  let clock: any TimestampClock
  let log: Logger
  let hasPeople: @Sendable () -> Bool
  private let accounts: Locked<[AccountKey: ChatAccount]>
  let order: [AccountKey]
  private let senders: [AccountKey: OutboxSender]
  private let sessions: ChatSessions
  private let intake: DeliveryIntake
  private let observer: @Sendable (ChatEvent) -> Void
  /// Ends when `run` has.
  private let lifetime = Lifetime()

  /// A bridge for `accounts`. Nothing happens before `run`, but that deliveries are kept.
  ///
  /// - Parameters:
  ///   - readers: by the channel of their deliveries.
  ///   - hasPeople: whether there is anyone to whom a customer can be handed.
  ///   - caller: rings customers; nil where there is no line.
  ///   - observer: is told all that happens.
  public init(
    store: any Storage, accounts: [ChatAccount], readers: [String: DeliveryReader],
    hasPeople: @escaping @Sendable () -> Bool, caller: (any CustomerCaller)? = nil, bounds: Bounds = Bounds(),
    clock: any TimestampClock = WallClock(), log: Logger = Logger(label: "assist.chat"),
    observer: @escaping @Sendable (ChatEvent) -> Void = { _ in }
  ) {
    self.store = store
    self.clock = clock
    self.log = log
    self.hasPeople = hasPeople
    self.observer = observer
    let keyed = accounts.map { (AccountKey(channel: $0.channel.name, account: $0.channel.account), $0) }
    order = keyed.map(\.0)
    let accounts = Locked(Dictionary(keyed, uniquingKeysWith: { first, _ in first }))
    self.accounts = accounts
    // Senders are made before the bridge that they report to.
    let link = WeakLink<ChatBridge>()
    senders = Dictionary(
      keyed.map { key, account in
        let settings = account.settings
        return (
          key,
          OutboxSender(
            channel: account.channel, store: store,
            policy: SendPolicy(messagesPerSecond: settings.messagesPerSecond, lostWait: settings.lostWait),
            clock: clock, log: log, report: { await link.object?.handle($0) })
        )
      }, uniquingKeysWith: { first, _ in first })
    let wake: @Sendable (String, String) -> Void = { [senders] channel, account in
      senders[AccountKey(channel: channel, account: account)]?.wake()
    }
    let environment = ChatEnvironment(
      store: store, clock: clock,
      account: { channel, account in accounts.withLock { $0[AccountKey(channel: channel, account: account)] } },
      hasPeople: hasPeople, caller: caller, answers: Slots(bounds.answers), recordings: Slots(bounds.recordings),
      wake: wake, report: observer)
    sessions = ChatSessions(environment: environment, log: log)
    intake = DeliveryIntake(store: store, readers: readers, clock: clock, log: log)
    link.set(self)
  }

  /// Keeps a delivery. Once this has returned it may be acknowledged.
  public func deliver(channel: String, source: String, body: [UInt8]) async throws(StoreError) {
    _ = try await store.keep(channel: channel, source: source, body: body, at: clock.now)
    intake.wake()
  }

  /// Works until `stop`: goes on with whatever an earlier process left, then with what comes.
  public func run() async { await lifetime.run(work) }

  private func work() async {
    do {
      let wait = accounts.withLock { $0.values.map(\.settings.lostWait).max() } ?? .zero
      try await store.recover(uncertainUntil: clock.now.advanced(by: wait))
      for conversation in try await store.conversationsAwaitingAnswer() {
        await sessions.messageArrived(in: conversation, burst: .zero)
      }
    } catch {
      log.error("what an earlier run left can't be read", metadata: ["reason": "\(error)"])
    }
    await withDiscardingTaskGroup { group in
      for sender in senders.values { group.addTask { await sender.run() } }
      group.addTask { await self.sessions.run() }
      await intake.run { await self.handle($0) }
    }
  }

  /// Ends the work in good order, and returns when `run` has: requests under way are finished and their outcomes stored,
  /// all else goes on at the next start.
  public func stop() async {
    intake.stop()
    await sessions.stop()
    for sender in senders.values { sender.stop() }
    await lifetime.ended()
  }

  /// Takes other settings of the assistants, by name, for answers to come.
  public func update(assistants: [String: ChatAssistant]) {
    accounts.withLock { accounts in
      for (key, account) in accounts {
        if let assistant = assistants[account.assistant.name] { accounts[key]?.assistant = assistant }
      }
    }
  }

  /// How many conversations are at work.
  public var liveConversations: Int { get async { await sessions.count } }

  // MARK: What the parts share

  func account(_ channel: String, _ account: String) -> ChatAccount? {
    accounts.withLock { $0[AccountKey(channel: channel, account: account)] }
  }

  func wake(_ thread: ChatThread) {
    senders[AccountKey(channel: thread.channel, account: thread.account)]?.wake()
  }

  func report(_ conversation: String, _ kind: ChatEvent.Kind) {
    observer(ChatEvent(at: clock.now, conversation: conversation, kind: kind))
  }

  // MARK: What deliveries turn out to say

  private func handle(_ outcomes: [UpdateOutcome]) async {
    for outcome in outcomes { await handle(outcome) }
    // A report may have closed an uncertain message, or shown that there is none, and a customer's message may have
    // opened a window.
    for sender in senders.values { sender.wake() }
  }

  private func handle(_ outcome: UpdateOutcome) async {
    switch outcome {
    case .received(let message, let conversation, let wantsAnswer):
      report(conversation, .received(message: message))
      guard wantsAnswer else { return }
      let record = await log.unlessStoreFails("a message that came can't be read", of: message) {
        () throws(StoreError) in
        try await store.message(message)
      }
      let account = record.flatMap { record in record.account.flatMap { self.account(record.channel, $0) } }
      // Who taps a button has said all there is.
      let isTap = record?.kind == "interactive" || record?.kind == "button"
      var note: (MessageRecord, ChatAccount)?
      if let record, let account, record.kind == "audio" { note = (record, account) }
      await sessions.messageArrived(
        in: conversation, burst: isTap ? .zero : account?.settings.burst ?? .zero, note: note)
    case .status(let message, let conversation, let state, let code):
      report(conversation, .status(message: message, state))
      if state == .failed { await handleReportedFailure(of: message, in: conversation, code: code) }
    case .changed(let message, let conversation):
      await sessions.messageChanged(message, in: conversation)
    case .merged(let conversation, let into):
      await sessions.end(conversation)
      await sessions.messageArrived(in: into, burst: .zero)
    case .known: break
    }
  }
}
