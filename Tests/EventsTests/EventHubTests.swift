import ChatBridge
import Coordination
import EventsTestSupport
import JSON
import Logging
import Store
import Testing

@testable import Events
@testable import Settings

@Suite("The event hub")
struct EventHubTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func event(_ number: Int, _ type: AssistEventType = .turnStarted, in conversation: String = "conv_1")
    -> AssistEvent
  {
    AssistEvent(
      type, at: Timestamp(milliseconds: 1000 + Int64(number)), conversation: conversation,
      data: ["turn": .integer(Int64(number))])
  }

  private static func number(_ event: AssistEvent) -> Int { Int(event.data["turn"]?.integer ?? -1) }

  /// Runs a hub around `body`.
  private static func withHub<Result: Sendable>(
    _ log: MemoryEventLog, bounds: EventHub.Bounds = EventHub.Bounds(), logger: Logger = EventHubTests.logger,
    endpoints: @escaping @Sendable (AssistEventType) -> [String] = { _ in [] },
    _ body: @Sendable (EventHub) async throws -> Result
  ) async throws -> Result {
    let hub = EventHub(log: log, logger: logger, bounds: bounds, endpoints: endpoints)
    async let running: Void = hub.run()
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(hub)) } catch { result = .failure(error) }
    await hub.stop()
    await running
    return try result.get()
  }

  @Test("a durable event is stored with its deliveries before a subscriber has it; the others are not stored")
  func stored() async throws {
    let log = MemoryEventLog()
    try await Self.withHub(log, endpoints: { $0 == .turnStarted ? ["crm"] : [] }) { hub in
      var events = hub.subscribe().makeAsyncIterator()
      hub.publish(Self.event(1))
      hub.publish(Self.event(2, .transcriptPartial))
      hub.publish(Self.event(3, .replyStarted))
      let first = await events.next()
      #expect(first.map(Self.number) == 1)
      #expect(log.events.first == first)
      #expect(await events.next()?.type == .transcriptPartial)
      #expect(await events.next()?.type == .replyStarted)
      #expect(log.events.map(\.type) == [.turnStarted, .replyStarted])
      #expect(log.deliveries.map(\.event) == [first?.id])
      #expect(log.deliveries.map(\.endpoint) == ["crm"])
    }
  }

  @Test(
    "what others store goes out in the order of storing, and what was published goes out once, with what is between")
  func storedByOthers() async throws {
    let log = MemoryEventLog()
    let posted = Locked(0)
    let hub = EventHub(
      log: log, logger: Self.logger, endpoints: { $0 == .callEnded ? ["crm"] : [] },
      whenStored: { posted.withLock { $0 += 1 } })
    log.observe { hub.stored($0) }
    async let running: Void = hub.run()
    var events = hub.subscribe().makeAsyncIterator()
    let told = Self.event(9, .callEnded, in: "conv_2")
    try await log.append([LoggedEvent(event: told)], at: told.at)
    #expect(await events.next() == told)
    #expect(posted.withLock { $0 } == 1)
    for number in 0..<100 {
      hub.publish(Self.event(3 * number))
      hub.publish(Self.event(3 * number + 1, .transcriptPartial))
      hub.publish(Self.event(3 * number + 2))
    }
    for number in 0..<300 { #expect(await events.next().map(Self.number) == number) }
    // What went out while the store failed does not go out again when it is stored.
    log.fail(true)
    hub.publish(Self.event(300))
    #expect(await events.next().map(Self.number) == 300)
    log.fail(false)
    while log.events.last.map(Self.number) != 300 { try await Task.sleep(for: .milliseconds(5)) }
    hub.publish(Self.event(301))
    #expect(await events.next().map(Self.number) == 301)
    await hub.stop()
    await running
    #expect(await events.next() == nil)
    #expect(hub.figures.published == 303)
    #expect(hub.figures.stored == 203)
  }

  @Test("whoever waits for what was published of a conversation goes on once it is stored, or can't be, or at the end")
  func settled() async throws {
    let log = MemoryEventLog()
    try await Self.withHub(log) { hub in
      var events = hub.subscribe().makeAsyncIterator()
      hub.publish(Self.event(0))
      _ = await events.next()
      for number in 1..<10 {
        hub.publish(Self.event(number))
        await hub.settled(in: "conv_1", call: nil)
        #expect(log.events.count == number + 1)
      }
      log.fail(true)
      hub.publish(Self.event(10))
      await hub.settled(in: "conv_1", call: nil)
      log.fail(false)
    }
    let hub = EventHub(log: log, logger: Self.logger)
    hub.publish(Self.event(11))
    await hub.settled(in: "conv_1", call: nil)
  }

  @Test("what is not durable never overtakes an event of its conversation that is still being stored")
  func order() async throws {
    let log = MemoryEventLog()
    try await Self.withHub(log) { hub in
      let subscription = hub.subscribe()
      let total = 3000
      await withTaskGroup(of: Void.self) { group in
        for conversation in 0..<3 {
          group.addTask {
            for number in 0..<(total / 3) {
              hub.publish(
                Self.event(number, number % 2 == 0 ? .turnStarted : .transcriptPartial, in: "conv_\(conversation)"))
              if number % 50 == 0 { await Task.yield() }
            }
          }
        }
        var next: [String: Int] = [:]
        var count = 0
        for await event in subscription {
          let conversation = event.conversation ?? ""
          #expect(Self.number(event) == next[conversation, default: 0])
          next[conversation] = Self.number(event) + 1
          count += 1
          if count == total { break }
        }
      }
    }
  }

  @Test("an event whose contents are looked up keeps its place")
  func lookedUp() async throws {
    try await Self.withHub(MemoryEventLog()) { hub in
      var events = hub.subscribe().makeAsyncIterator()
      hub.publish(Self.event(1))
      hub.publish(in: "conv_1") {
        try? await Task.sleep(for: .milliseconds(20))
        return Self.event(2)
      }
      hub.publish(in: "conv_1") { nil }
      hub.publish(Self.event(3, .transcriptPartial))
      var numbers: [Int] = []
      for _ in 0..<3 { numbers.append(await events.next().map(Self.number) ?? -1) }
      #expect(numbers == [1, 2, 3])
    }
  }

  @Test("subscribers get only what they ask for")
  func filter() async throws {
    try await Self.withHub(MemoryEventLog()) { hub in
      var some = hub.subscribe(EventFilter(types: [.dtmf], conversation: "conv_2")).makeAsyncIterator()
      hub.publish(Self.event(1, .dtmf))
      hub.publish(Self.event(2, .turnStarted, in: "conv_2"))
      hub.publish(Self.event(3, .dtmf, in: "conv_2"))
      #expect(await some.next().map(Self.number) == 3)
    }
  }

  @Test(
    "who comes back gets what it missed and then what happens: no gap, none twice, in order, also while the store fails",
    .timeLimit(.minutes(1)), arguments: [1, 2, 3, 4, 5, 6], [false, true])
  func resume(seed: Int, fails: Bool) async throws {
    let log = MemoryEventLog()
    try await Self.withHub(log, bounds: EventHub.Bounds(subscriber: 100_000, batch: 1 + seed * 7)) { hub in
      let total = 2000
      let first = Self.event(0)
      hub.publish(first)
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for number in 1..<total {
            hub.publish(Self.event(number))
            if number % (seed * 3) == 0 { await Task.yield() }
            if fails, number % 400 == 300 { log.fail(true) }
            if fails, number % 400 == 390 {
              while hub.figures.storeFailures == 0 { await Task.yield() }
              log.fail(false)
            }
          }
          log.fail(false)
        }
        for reader in 0..<8 {
          group.addTask {
            // Each leaves and comes back several times after the last event that it has.
            var position = first.id
            var expected = 1
            while log.events.isEmpty { await Task.yield() }
            var stretch = 50 + reader * 37
            while expected < total {
              for await event in hub.subscribe(after: position) {
                #expect(Self.number(event) == expected)
                expected = Self.number(event) + 1
                position = event.id
                stretch -= 1
                if stretch == 0 || expected == total { break }
              }
              stretch = 200 + reader * 91
            }
            #expect(expected == total)
          }
        }
      }
      #expect(hub.figures.subscribers == 0)
      #expect(hub.figures.lost == 0)
      #expect((hub.figures.storeFailures > 0) == fails)
    }
    #expect(log.events.map(Self.number) == Array(0..<2000))
  }

  @Test("a subscriber that lags is cut off, is told so, keeps what it had and catches up from the store")
  func lagging() async throws {
    let log = MemoryEventLog()
    try await Self.withHub(log, bounds: EventHub.Bounds(subscriber: 10)) { hub in
      let slow = hub.subscribe()
      for number in 0..<50 { hub.publish(Self.event(number)) }
      while log.events.count < 50 || hub.figures.laggards == 0 { try await Task.sleep(for: .milliseconds(1)) }
      var last: AssistEvent?
      for await event in slow { last = event }
      #expect(slow.ending == .lagged)
      #expect(last.map(Self.number) == 9)
      var rest: [Int] = []
      for await event in hub.subscribe(after: last?.id) {
        rest.append(Self.number(event))
        if rest.last == 49 { break }
      }
      #expect(rest == Array(10..<50))
      #expect(hub.figures.laggards == 1)
    }
  }

  @Test("while the store fails events go out live, the log says so once, and all are stored later in their order")
  func failing() async throws {
    let lines = Locked<[String]>([])
    let logger = Logger(label: "test") { _ in LineLog(lines: lines) }
    let log = MemoryEventLog()
    try await Self.withHub(log, logger: logger) { hub in
      let subscription = hub.subscribe()
      var live = subscription.makeAsyncIterator()
      hub.publish(Self.event(0))
      #expect(await live.next().map(Self.number) == 0)
      log.fail(true)
      for number in 1...20 {
        hub.publish(Self.event(number))
        #expect(await live.next().map(Self.number) == number)
      }
      #expect(log.events.count == 1)
      #expect(lines.withLock { $0.filter { $0.contains("can't be stored") }.count } == 1)
      #expect(hub.figures.storeFailures >= 1)
      log.fail(false)
      hub.publish(Self.event(21))
      #expect(await live.next().map(Self.number) == 21)
      // Who comes meanwhile misses none either.
      var numbers: [Int] = []
      for await event in hub.subscribe(after: log.events.first?.id) {
        numbers.append(Self.number(event))
        if numbers.last == 21 { break }
      }
      #expect(numbers == Array(1...21))
      while log.events.count < 22 { try await Task.sleep(for: .milliseconds(5)) }
      #expect(log.events.map(Self.number) == Array(0...21))
      #expect(hub.figures.lost == 0)
    }
  }

  @Test("more than the bound while the store fails is counted as lost, and still goes out")
  func overflow() async throws {
    let log = MemoryEventLog()
    log.fail(true)
    try await Self.withHub(log, bounds: EventHub.Bounds(backlog: 10)) { hub in
      var live = hub.subscribe().makeAsyncIterator()
      for number in 0..<30 {
        hub.publish(Self.event(number))
        #expect(await live.next().map(Self.number) == number)
      }
      #expect(hub.figures.lost == 20)
    }
  }

  @Test("stopping stores what was published and ends every subscription")
  func stopping() async throws {
    let log = MemoryEventLog()
    let hub = EventHub(log: log, logger: Self.logger)
    let subscription = hub.subscribe()
    for number in 0..<500 { hub.publish(Self.event(number)) }
    async let running: Void = hub.run()
    while log.steps == 0 { await Task.yield() }
    await hub.stop()
    await running
    var count = 0
    for await _ in subscription { count += 1 }
    #expect(count == 500)
    #expect(subscription.ending == .shutdown)
    #expect(log.events.count == 500)
    var late = hub.subscribe().makeAsyncIterator()
    #expect(await late.next() == nil)
    hub.publish(Self.event(501))
    #expect(hub.figures.lost == 1)
  }

  @Test("a subscription ends with its task and leaves nothing behind")
  func cancelled() async throws {
    try await Self.withHub(MemoryEventLog()) { hub in
      let tasks = (0..<20).map { _ in Task { for await _ in hub.subscribe() {} } }
      while hub.figures.subscribers < 20 { await Task.yield() }
      for task in tasks { task.cancel() }
      for task in tasks { await task.value }
      #expect(hub.figures.subscribers == 0)
    }
  }

  @Test("the delay from publishing to a subscriber, printed")
  func delay() async throws {
    try await Self.withHub(MemoryEventLog()) { hub in
      var live = hub.subscribe().makeAsyncIterator()
      let clock = ContinuousClock()
      for type in [AssistEventType.turnStarted, .transcriptPartial] {
        var delays: [Duration] = []
        for number in 0..<500 {
          let start = clock.now
          hub.publish(Self.event(number, type))
          _ = await live.next()
          delays.append(start.duration(to: clock.now))
        }
        delays.sort()
        print("event delay \(type.rawValue): p50 \(delays[250]) p99 \(delays[495]) max \(delays[499])")
        #expect(delays.count == 500)
      }
    }
  }
}

/// Keeps the lines of a log.
struct LineLog: LogHandler {
  let lines: Locked<[String]>
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.debug
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
  func log(event: LogEvent) { lines.withLock { $0.append("\(event.message)") } }
}
