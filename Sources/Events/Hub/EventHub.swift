import Coordination
package import Logging
package import Settings
package import Store

/// Through which all events leave: whoever has one publishes it without waiting, whoever wants some subscribes.
///
/// A durable event is stored, together with the wish to deliver it to webhooks, and then handed to the subscribers; one
/// that is not durable goes out at once, or behind those of its conversation that are still being stored. So the events of
/// one conversation come to everybody in the order in which they were published. While the store fails events go out live
/// all the same, and are stored when it works again.
///
/// What tells of a change in the store is stored with the change, by whoever makes it, and comes here by `stored`. All
/// that is durable goes out in the order in which it was stored, whichever way it came.
package final class EventHub: Sendable {
  /// How much may wait.
  package struct Bounds: Sendable {
    /// Events that wait to be stored, also while the store fails. Further ones go out live and are never stored.
    package var backlog = 16_384
    /// Events that wait for one subscriber. One that lags further is cut off.
    package var subscriber = 2048
    /// Events stored in one step.
    package var batch = 256
  }

  /// Sums since the start.
  package struct Figures: Sendable, Equatable {
    package var published = 0
    package var stored = 0
    /// Steps of the store that failed.
    package var storeFailures = 0
    /// Durable events that could not be kept.
    package var lost = 0
    /// Subscribers that were cut off.
    package var laggards = 0
    package var subscribers = 0
  }

  private enum Item: Sendable {
    case event(AssistEvent, CallRecord?)
    /// One whose contents are looked up when its turn comes.
    case later(key: String, @Sendable () async -> AssistEvent?)
  }

  private struct Subscriber {
    var filter: EventFilter
    var sink: AsyncStream<EventSubscription.Signal>.Continuation
    var reader: EventSubscription.Reader
  }

  private struct State {
    var queue: [Item] = []
    /// Of those in the queue or being stored: how many belong to each conversation.
    var waiting: [String: Int] = [:]
    var waitingCount = 0
    /// What is being stored, with what is not durable between it. Nil once it has gone out.
    var storing: [AssistEvent]?
    /// Names of what has gone out and is stored only now.
    var late: Set<String> = []
    /// Who waits until nothing of a conversation waits any more.
    var settling: [String: [CheckedContinuation<Void, Never>]] = [:]
    /// What has gone out and is not stored yet since the store fails, the oldest first.
    var unstored: [LoggedEvent] = []
    var subscribers: [UInt64: Subscriber] = [:]
    var nextSubscriber: UInt64 = 0
    var figures = Figures()
    var isStopped = false
    var isRunning = false
    var isOver = false
    var overflowIsLogged = false
  }

  private let log: any EventLog
  private let clock: any TimestampClock
  private let logger: Logger
  private let bounds: Bounds
  private let endpoints: @Sendable (AssistEventType) -> [String]
  private let whenStored: @Sendable () -> Void
  private let state = Locked(State())
  private let signal = WakeSignal()
  private let lifetime = Lifetime()
  private let retries = Locked(RetryState())
  private let tasks = TaskOwner()
  private let retryAlarm: Alarm<ContinuousClock.Instant>

  private struct RetryState {
    var pause = Duration.milliseconds(100)
    var isDue = false
  }

  /// A hub over `log`. Nothing durable goes out before `run`.
  ///
  /// - Parameters:
  ///   - endpoints: the names of the webhook endpoints that want events of a type.
  ///   - whenStored: called after events with deliveries were stored.
  package init(
    log: any EventLog, clock: any TimestampClock = WallClock(), logger: Logger, bounds: Bounds = Bounds(),
    endpoints: @escaping @Sendable (AssistEventType) -> [String] = { _ in [] },
    whenStored: @escaping @Sendable () -> Void = {}
  ) {
    self.log = log
    self.clock = clock
    self.logger = logger
    self.bounds = bounds
    self.endpoints = endpoints
    self.whenStored = whenStored
    retryAlarm = Alarm(in: tasks) { try await ContinuousClock().sleep(until: $0) }
  }

  /// The figures so far.
  package var figures: Figures {
    state.withLock { state in
      var figures = state.figures
      figures.subscribers = state.subscribers.count
      return figures
    }
  }

  // MARK: Publishing

  /// Sends an event on its way. Neither waits nor blocks. `call` is what it tells of a call: both are stored in one step.
  package func publish(_ event: AssistEvent, storing call: CallRecord? = nil) {
    enqueue(.event(event, call), key: Self.key(event.conversation, event.call), isDurable: event.type.isDurable, event)
  }

  /// Sends an event on its way whose contents have to be looked up: `make` runs when its turn among the events has come.
  /// It must not take long. Nil for nothing after all.
  package func publish(in conversation: String?, _ make: @escaping @Sendable () async -> AssistEvent?) {
    let key = Self.key(conversation, nil)
    enqueue(.later(key: key, make), key: key, isDurable: true, nil)
  }

  private func enqueue(_ item: Item, key: String, isDurable: Bool, _ event: AssistEvent?) {
    var laggards: [Subscriber] = []
    var mustLog = false
    var mustWake = false
    state.withLock { state in
      state.figures.published += 1
      guard !state.isStopped else {
        if isDurable { state.figures.lost += 1 }
        return
      }
      let isFull = state.waitingCount >= bounds.backlog
      if isFull, isDurable {
        state.figures.lost += 1
        mustLog = !state.overflowIsLogged
        state.overflowIsLogged = true
      }
      if isFull || (!isDurable && state.waiting[key] == nil) {
        if let event { laggards = Self.deliver(event, &state) }
        return
      }
      state.queue.append(item)
      state.waiting[key, default: 0] += 1
      state.waitingCount += 1
      mustWake = true
    }
    if mustWake { signal.raise() }
    if mustLog { logger.error("too many events wait for the store; some will never be stored") }
    Self.cutOff(laggards)
  }

  /// Returns when what was published of a conversation, or of a call without one, has been stored or could not be.
  package func settled(in conversation: String?, call: String?) async {
    let key = Self.key(conversation, call)
    await withCheckedContinuation { continuation in
      let waits = state.withLock { state in
        guard state.isRunning, !state.isOver, state.waiting[key] != nil else { return false }
        state.settling[key, default: []].append(continuation)
        return true
      }
      if !waits { continuation.resume() }
    }
  }

  /// Hands out what has become durable, in the order in which it has. To be called by the store, see `EventObserver`.
  package func stored(_ records: [EventRecord]) {
    let (laggards, isToBePosted) = state.withLock { state in
      let ids = Set(records.map(\.id))
      // What was published is known here, with what is not durable and goes out between it.
      if let batch = state.storing, batch.contains(where: { ids.contains($0.id) }) {
        state.storing = nil
        return (Self.deliver(batch, &state), false)
      }
      let events = records.filter { !state.late.contains($0.id) }.compactMap { AssistEvent($0) }
      state.figures.published += events.count
      state.figures.stored += events.count
      return (Self.deliver(events, &state), events.contains { !endpoints($0.type).isEmpty })
    }
    if isToBePosted { whenStored() }
    Self.cutOff(laggards)
  }

  /// Events of one conversation keep their order; those of none keep that of their call.
  private static func key(_ conversation: String?, _ call: String?) -> String { conversation ?? call ?? "" }

  // MARK: Subscribing

  /// Events that `filter` admits: those from now on, or first what was stored after the event named and then those from
  /// now on, without a gap and none twice. For one reader.
  package func subscribe(after id: String? = nil, _ filter: EventFilter = .all) -> EventSubscription {
    EventSubscription(hub: self, log: log, after: id, filter: filter)
  }

  /// Which of the events that went out and are not stored yet one who joins gets beside those to come.
  package enum Joining {
    /// None.
    case now
    /// All: those that are stored it has read.
    case afterReading
    /// Those behind the one named, which it has got live.
    case behind(String)
  }

  /// Hands live events to whoever reads the stream. Nil if they shall be those behind an event that is not among those
  /// that are not stored yet.
  package func join(
    _ filter: EventFilter, _ joining: Joining, _ reader: EventSubscription.Reader
  ) -> AsyncStream<EventSubscription.Signal>? {
    let (stream, sink) = AsyncStream.makeStream(
      of: EventSubscription.Signal.self, bufferingPolicy: .bufferingOldest(bounds.subscriber))
    var isKnown = true
    let id: UInt64? = state.withLock { state in
      guard !state.isStopped else { return nil }
      var unstored = state.unstored[...]
      switch joining {
      case .now: unstored = []
      case .afterReading: break
      case .behind(let position):
        guard let index = unstored.firstIndex(where: { $0.event.id == position }) else {
          isKnown = false
          return nil
        }
        unstored = unstored[(index + 1)...]
      }
      state.nextSubscriber += 1
      for logged in unstored where filter.admits(logged.event) { sink.yield(.event(logged.event)) }
      state.subscribers[state.nextSubscriber] = Subscriber(filter: filter, sink: sink, reader: reader)
      return state.nextSubscriber
    }
    guard isKnown else { return nil }
    guard let id else {
      reader.joined(sink)
      reader.end(.shutdown)
      return stream
    }
    sink.onTermination = { [weak self] _ in
      // Let go of outside of the lock: what is freed may call us.
      _ = self?.state.withLock { $0.subscribers.removeValue(forKey: id) }
    }
    reader.joined(sink)
    return stream
  }

  /// Hands an event to those who want it; returns those who lag too far behind, who are no subscribers any more.
  private static func deliver(_ event: AssistEvent, _ state: inout State) -> [Subscriber] {
    var laggards: [Subscriber] = []
    for (id, subscriber) in state.subscribers where subscriber.filter.admits(event) {
      guard case .dropped = subscriber.sink.yield(.event(event)) else { continue }
      laggards.append(subscriber)
      state.subscribers[id] = nil
      state.figures.laggards += 1
    }
    return laggards
  }

  private static func deliver(_ events: [AssistEvent], _ state: inout State) -> [Subscriber] {
    events.flatMap { deliver($0, &state) }
  }

  private static func cutOff(_ laggards: [Subscriber]) {
    for subscriber in laggards { subscriber.reader.end(.lagged) }
  }

  // MARK: Storing

  /// Stores and hands out until `stop`.
  package func run() async {
    await lifetime.run { await storeAll() }
  }

  /// Stores and hands out whenever something was published, and what is left after `stop`.
  private func storeAll() async {
    state.withLock { $0.isRunning = true }
    for await _ in signal.wakes { await work() }
    await work()
    await retry()
    let (left, subscribers, settling) = state.withLock { state in
      defer {
        state.subscribers = [:]
        state.settling = [:]
        state.isOver = true
      }
      state.figures.lost += state.unstored.count
      return (state.unstored.count, Array(state.subscribers.values), state.settling.values.flatMap(\.self))
    }
    for continuation in settling { continuation.resume() }
    if left > 0 { logger.error("events are not stored", metadata: ["count": "\(left)"]) }
    for subscriber in subscribers { subscriber.reader.end(.shutdown) }
  }

  /// Stores what was published, ends all subscriptions, and returns when `run` has.
  package func stop() async {
    state.withLock { $0.isStopped = true }
    signal.finish()
    await tasks.end()
    await lifetime.ended()
  }

  private func work() async {
    if retries.withLock({ retries in
      defer { retries.isDue = false }
      return retries.isDue
    }) {
      await retry()
    }
    while true {
      let items = state.withLock { state in
        let items = state.queue
        state.queue = []
        return items
      }
      guard !items.isEmpty else { return }
      for start in stride(from: 0, to: items.count, by: bounds.batch) {
        await handle(items[start..<min(start + bounds.batch, items.count)])
      }
    }
  }

  private func handle(_ items: ArraySlice<Item>) async {
    var events: [AssistEvent] = []
    var durable: [LoggedEvent] = []
    func add(_ event: AssistEvent, _ call: CallRecord?) {
      events.append(event)
      guard event.type.isDurable else { return }
      durable.append(LoggedEvent(event: event, endpoints: endpoints(event.type), call: call))
    }
    for item in items {
      switch item {
      case .event(let event, let call): add(event, call)
      case .later(_, let make): if let event = await make() { add(event, nil) }
      }
    }
    state.withLock { [events] in $0.storing = events }
    let isStored = durable.isEmpty ? true : await store(durable)
    let (laggards, mustLog, settled) = state.withLock { [durable] state in
      // In the same step as the handing out: who joins gets each once.
      let mustLog = !isStored && overflows(keeping: durable, &state)
      // A log that tells nobody when it has stored something, or that has stored nothing.
      let laggards = Self.deliver(state.storing ?? [], &state)
      state.storing = nil
      var settled: [CheckedContinuation<Void, Never>] = []
      for item in items {
        let key =
          switch item {
          case .event(let event, _): Self.key(event.conversation, event.call)
          case .later(let key, _): key
          }
        let rest = (state.waiting[key] ?? 1) - 1
        state.waiting[key] = rest > 0 ? rest : nil
        if rest <= 0 { settled += state.settling.removeValue(forKey: key) ?? [] }
        state.waitingCount -= 1
      }
      return (laggards, mustLog, settled)
    }
    for continuation in settled { continuation.resume() }
    if mustLog { logger.error("the store has failed for too long; some events will never be stored") }
    Self.cutOff(laggards)
  }

  /// Whether events are stored now. If not they wait behind those that could not be stored before: the log keeps the order.
  private func store(_ events: [LoggedEvent]) async -> Bool {
    guard state.withLock({ $0.unstored.isEmpty }) else { return false }
    if await append(events) { return true }
    armRetry()
    return false
  }

  /// Keeps what could not be stored, as far as there is room; whether the log should say that there was none.
  private func overflows(keeping events: [LoggedEvent], _ state: inout State) -> Bool {
    let kept = events.prefix(max(0, bounds.backlog - state.unstored.count))
    state.unstored += kept
    guard kept.count < events.count else { return false }
    state.figures.lost += events.count - kept.count
    defer { state.overflowIsLogged = true }
    return !state.overflowIsLogged
  }

  private func append(_ events: [LoggedEvent]) async -> Bool {
    do {
      try await log.append(events, at: clock.now)
      state.withLock { $0.figures.stored += events.count }
      if events.contains(where: { !$0.endpoints.isEmpty }) { whenStored() }
      return true
    } catch {
      let isFirst = state.withLock { state in
        state.figures.storeFailures += 1
        return state.unstored.isEmpty
      }
      if isFirst {
        logger.error(
          "events can't be stored; they go out live and are stored later", metadata: ["reason": "\(error)"])
      }
      return false
    }
  }

  /// Stores what could not be stored before, the oldest first.
  private func retry() async {
    var done = 0
    while true {
      let next = state.withLock { state in
        let next = Array(state.unstored.prefix(bounds.batch))
        state.late = Set(next.map(\.event.id))
        return next
      }
      guard !next.isEmpty else { break }
      guard await append(next) else { return armRetry() }
      state.withLock { $0.unstored.removeFirst(next.count) }
      done += next.count
    }
    guard done > 0 else { return }
    retries.withLock { $0.pause = .milliseconds(100) }
    state.withLock { $0.overflowIsLogged = false }
    logger.notice("events are stored again", metadata: ["late": "\(done)"])
  }

  private func armRetry() {
    guard !state.withLock({ $0.isStopped }) else { return }
    let pause = retries.withLock { retries in
      defer { retries.pause = min(retries.pause * 2, .seconds(30)) }
      return retries.pause
    }
    retryAlarm.set(.now + pause, isolation: nil) { [weak self] in
      self?.retries.withLock { $0.isDue = true }
      self?.signal.raise()
    }
  }
}
