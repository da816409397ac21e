import struct TestSupport.SeededGenerator
import Coordination
import Testing

@testable import ChatBridge

@Suite("Slots")
struct SlotsTests {
  /// Counts who is inside.
  private struct Inside: Sendable {
    var now = 0
    var most = 0
    var total = 0
  }

  /// A gate that tasks wait at until it is opened.
  private struct Gate: Sendable {
    let stream: AsyncStream<Void>
    let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }
    func wait() async { for await _ in stream {} }
    func open() { continuation.finish() }
  }

  @Test("never more than the bound are inside, under a thousand tasks", arguments: [1, 3, 64])
  func bound(count: Int) async throws {
    let slots = Slots(count)
    let inside = Locked(Inside())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<1000 {
        group.addTask {
          try await slots.withSlot {
            inside.withLock {
              $0.now += 1
              $0.total += 1
              $0.most = max($0.most, $0.now)
            }
            for _ in 0..<3 { await Task.yield() }
            inside.withLock { $0.now -= 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    let result = inside.withLock { $0 }
    #expect(result.total == 1000 && result.now == 0 && result.most <= count && result.most > 0)
  }

  @Test("who came first is served first")
  func order() async throws {
    let slots = Slots(1)
    let gate = Gate()
    let order = Locked<[Int]>([])
    let entered = Gate()
    let first = Task {
      try await slots.withSlot {
        entered.open()
        await gate.wait()
      }
    }
    await entered.wait()
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<50 {
      tasks.append(Task { try await slots.withSlot { order.withLock { $0.append(number) } } })
      while slots.waitingCount <= number { await Task.yield() }
    }
    gate.open()
    for task in tasks { try await task.value }
    try await first.value
    #expect(order.withLock { $0 } == Array(0..<50))
  }

  @Test("who is cancelled while waiting leaves the line without having been inside")
  func cancellation() async throws {
    let slots = Slots(1)
    let gate = Gate()
    let entered = Gate()
    let ran = Locked(false)
    let first = Task {
      try await slots.withSlot {
        entered.open()
        await gate.wait()
      }
    }
    await entered.wait()
    let second = Task { try await slots.withSlot { ran.withLock { $0 = true } } }
    while slots.waitingCount == 0 { await Task.yield() }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(slots.waitingCount == 0)
    gate.open()
    try await first.value
    #expect(try await slots.withSlot { true })
    #expect(!ran.withLock { $0 })
  }

  @Test("who is cancelled before taking a slot gets none")
  func cancelledBefore() async {
    let slots = Slots(1)
    let gate = Gate()
    let task = Task {
      await gate.wait()
      try await slots.withSlot {}
    }
    task.cancel()
    gate.open()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("a slot is given back when its work throws")
  func thrown() async throws {
    struct Fault: Error {}
    let slots = Slots(1)
    for _ in 0..<3 {
      await #expect(throws: Fault.self) { try await slots.withSlot { throw Fault() } }
    }
    #expect(try await slots.withSlot { 1 } == 1)
  }

  @Test("no slot is lost when many are cancelled at random", arguments: 1...5)
  func randomCancellation(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let slots = Slots(2)
    let inside = Locked(Inside())
    var tasks: [Task<Void, any Error>] = []
    for _ in 0..<300 {
      tasks.append(
        Task {
          try await slots.withSlot {
            inside.withLock {
              $0.now += 1
              $0.most = max($0.most, $0.now)
            }
            await Task.yield()
            inside.withLock { $0.now -= 1 }
          }
        })
      if Bool.random(using: &random) { tasks.randomElement(using: &random)?.cancel() }
    }
    for task in tasks { _ = await task.result }
    #expect(inside.withLock { $0.most } <= 2)
    // Both are free again: two can be inside at once.
    try await withThrowingTaskGroup(of: Void.self) { group in
      let both = Locked(0)
      for _ in 0..<2 {
        group.addTask {
          try await slots.withSlot {
            both.withLock { $0 += 1 }
            while both.withLock({ $0 }) < 2 { await Task.yield() }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("at least one may always be inside")
  func nonsense() async throws {
    #expect(try await Slots(-3).withSlot { true })
  }
}
