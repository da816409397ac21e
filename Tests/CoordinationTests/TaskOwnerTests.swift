import Coordination
import Testing

@Suite("An owner of tasks", .timeLimit(.minutes(1)))
struct TaskOwnerTests {
  /// Sleeps until it is cancelled, and takes its time to end even then.
  @Sendable private static func lingering(_ ended: Locked<Int>) async {
    do { try await Task.sleep(for: .seconds(3600)) } catch {}
    // Not cancellable: what a task still does on its way out.
    for _ in 0..<100 { await Task.yield() }
    ended.withLock { $0 += 1 }
  }

  @Test("its end is the end of all that it started, however long that lingers")
  func end() async {
    let owner = TaskOwner()
    let ended = Locked(0)
    for _ in 0..<5 { owner.start { await Self.lingering(ended) } }
    await owner.end()
    #expect(ended.withLock { $0 } == 5)
  }

  @Test("after its end it starts nothing")
  func closed() async {
    let owner = TaskOwner()
    await owner.end()
    let ran = Locked(false)
    #expect(owner.start { ran.withLock { $0 = true } } == nil)
    await owner.end()
    #expect(ran.withLock { $0 } == false)
  }

  @Test("one task can be cancelled and the others go on")
  func cancelOne() async throws {
    let owner = TaskOwner()
    let ended = Locked(0)
    let other = Locked(0)
    let token = try #require(owner.start { await Self.lingering(ended) })
    owner.start { await Self.lingering(other) }
    owner.cancel(token)
    while ended.withLock({ $0 }) == 0 { await Task.yield() }
    #expect(other.withLock { $0 } == 0)
    await owner.end()
    #expect(other.withLock { $0 } == 1)
  }

  @Test("what is started on an actor runs there, in the order in which it was started")
  func onActor() async {
    actor Room {
      let owner = TaskOwner()
      var order: [Int] = []
      func fill() {
        for number in 0..<10 { owner.start { await self.note(number) } }
      }
      func note(_ number: Int) { order.append(number) }
    }
    let room = Room()
    await room.fill()
    while await room.order.count < 10 { await Task.yield() }
    #expect(await room.order == Array(0..<10))
    await room.owner.end()
  }

  @Test("what it started can be waited for; there is a bound, and nothing is started after its end")
  func finish() async {
    let owner = TaskOwner(limit: 2)
    let gate = Gate()
    let done = Locked(0)
    for expected in [true, true, false] {
      let token = owner.start {
        await gate.wait()
        done.withLock { $0 += 1 }
      }
      #expect((token != nil) == expected)
    }
    gate.open()
    await owner.finish()
    #expect(done.withLock { $0 } == 2)
    #expect(owner.start {} == nil)
    #expect(owner.count == 0)
  }
}
