import Coordination
import Testing

@Suite("A stream that a task fills", .timeLimit(.minutes(1)))
struct FilledStreamTests {
  private let owner = TaskOwner()

  @Test("all that was delivered is read, then its end")
  func whole() async throws {
    let stream = owner.stream(of: Int.self, limit: 10) { deliver in
      for number in 0..<10 { try deliver(number) }
    }
    var read: [Int] = []
    for try await number in stream { read.append(number) }
    #expect(read == Array(0..<10))
    await owner.end()
  }

  @Test("what goes beyond the limit ends it with an error behind what is whole, and stops the producer")
  func overflow() async {
    let delivered = Locked(0)
    let stream = owner.stream(of: Int.self, limit: 4) { deliver in
      for number in 0..<1000 {
        try deliver(number)
        delivered.withLock { $0 += 1 }
      }
    }
    while delivered.withLock({ $0 }) < 4 { await Task.yield() }
    await owner.end()
    var read: [Int] = []
    await #expect(throws: StreamOverflow(limit: 4)) {
      for try await number in stream { read.append(number) }
    }
    #expect(read == [0, 1, 2, 3])
    #expect(delivered.withLock { $0 } == 4)
  }

  @Test("a reader that stops cancels the producer")
  func stopped() async {
    let isCancelled = Locked(false)
    do {
      let stream = owner.stream(of: Int.self, limit: 4) { deliver in
        try deliver(1)
        do { try await Task.sleep(for: .seconds(3600)) } catch { isCancelled.withLock { $0 = true } }
      }
      var iterator = stream.makeAsyncIterator()
      #expect(try await iterator.next() == 1)
    } catch {
      Issue.record(error)
    }
    while !isCancelled.withLock({ $0 }) { await Task.yield() }
    await owner.end()
  }

  @Test("of an owner that has ended it is over at once")
  func closed() async {
    await owner.end()
    let stream = owner.stream(of: Int.self, limit: 4) { try $0(1) }
    await #expect(throws: CancellationError.self) {
      for try await _ in stream {}
    }
  }
}
