import Coordination
import Testing

@Suite("An alarm", .timeLimit(.minutes(1)))
struct AlarmTests {
  private let clock = Clock()
  private let owner = TaskOwner()
  private let rings = Locked(0)

  private func alarm(_ sleeps: Locked<Int> = Locked(0)) -> Alarm<Int> {
    Alarm(in: owner) { [clock] in
      sleeps.withLock { $0 += 1 }
      try await clock.sleep(until: $0)
    }
  }

  private func wait(for count: Int, _ box: Locked<Int>) async {
    while box.withLock({ $0 }) < count { await Task.yield() }
  }

  @Test("it rings at its deadline, and once")
  func rings() async {
    let sleeps = Locked(0)
    let alarm = alarm(sleeps)
    alarm.set(100) { [rings] in rings.withLock { $0 += 1 } }
    await wait(for: 1, sleeps)
    #expect(rings.withLock { $0 } == 0)
    clock.set(100)
    await wait(for: 1, rings)
    clock.set(1000)
    await owner.end()
    #expect(rings.withLock { $0 } == 1)
  }

  @Test("an earlier deadline takes the place of a later one; a later one needs no other sleeper")
  func sooner() async {
    let sleeps = Locked(0)
    let alarm = alarm(sleeps)
    func set(_ milliseconds: Int) {
      alarm.set(milliseconds) { [rings] in rings.withLock { $0 += 1 } }
    }
    set(500)
    await wait(for: 1, sleeps)
    set(900)
    set(700)
    set(200)
    await wait(for: 2, sleeps)
    clock.set(200)
    await wait(for: 1, rings)
    #expect(sleeps.withLock { $0 } == 2)
    await owner.end()
    #expect(rings.withLock { $0 } == 1)
  }

  @Test("set to nothing it does not ring, and it can be set again")
  func cleared() async {
    let alarm = alarm()
    alarm.set(100) { [rings] in rings.withLock { $0 += 10 } }
    alarm.set(nil) {}
    clock.set(100)
    alarm.set(50) { [rings] in rings.withLock { $0 += 1 } }
    await wait(for: 1, rings)
    await owner.end()
    #expect(rings.withLock { $0 } == 1)
  }

  /// Time that stands still until it is set.
  private struct Clock: Sendable {
    private let now = Locked(0)

    func set(_ time: Int) { now.withLock { $0 = time } }

    func sleep(until time: Int) async throws {
      while now.withLock({ $0 }) < time {
        try Task.checkCancellation()
        await Task.yield()
      }
    }
  }
}
