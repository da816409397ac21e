import Coordination
import Testing

@Suite("Rounds", .timeLimit(.minutes(1)))
struct RoundsTests {
  /// Times that come when the test says so.
  private let now = Locked(0)
  private let looks = Locked(0)

  private func rounds() -> Rounds<Int> {
    Rounds { [now] time in
      while now.withLock({ $0 }) < time {
        try Task.checkCancellation()
        await Task.yield()
      }
    }
  }

  private func wait(for count: Int) async {
    while looks.withLock({ $0 }) < count { await Task.yield() }
  }

  @Test("a look is taken at the start, when somebody says so, and at the time that the last one gave")
  func looked() async {
    let rounds = rounds()
    let looks = looks
    async let running: Void = rounds.run {
      looks.withLock { looks in
        looks += 1
        return looks == 2 ? 100 : nil
      }
    }
    await wait(for: 1)
    rounds.wake()
    await wait(for: 2)
    #expect(looks.withLock { $0 } == 2)
    now.withLock { $0 = 100 }
    await wait(for: 3)
    rounds.stop()
    await running
    #expect(looks.withLock { $0 } == 3)
  }

  @Test("however often it is woken during a look, one more follows, and none after its end")
  func coalesced() async {
    let rounds = rounds()
    let looks = looks
    let begun = Gate()
    let go = Gate()
    async let running: Void = rounds.run {
      let number = looks.withLock { looks in
        looks += 1
        return looks
      }
      if number == 1 {
        begun.open()
        await go.wait()
      }
      if number == 2 { rounds.stop() }
      return nil
    }
    await begun.wait()
    for _ in 0..<10 { rounds.wake() }
    go.open()
    await running
    rounds.wake()
    #expect(looks.withLock { $0 } == 2)
    #expect(rounds.isStopped)
  }

  @Test("it ends when its task is cancelled, and nothing of it goes on waiting")
  func cancelled() async {
    let rounds = rounds()
    let looks = looks
    let running = Task {
      await rounds.run {
        looks.withLock { $0 += 1 }
        return 1_000_000
      }
    }
    await wait(for: 1)
    running.cancel()
    await running.value
    #expect(looks.withLock { $0 } == 1)
  }

  @Test("what must not be left undone is attempted until it succeeds, or until it is over")
  func insisted() async {
    let rounds = rounds()
    var attempts = 0
    let isDone = await rounds.insist {
      attempts += 1
      return attempts == 2
    }
    #expect(isDone && attempts == 2)
    rounds.stop()
    let isLeft = await rounds.insist {
      attempts += 1
      return false
    }
    #expect(!isLeft && attempts == 3)
  }
}
