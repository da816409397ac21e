import Audio
import Locking
import Testing

@testable import VoicePipeline

@Suite("An alarm", .timeLimit(.minutes(1)))
struct AlarmTests {
  private let clock = VirtualClock()
  private let owner = TaskOwner()
  private let rings = Locked(0)

  private func alarm(_ sleeps: Locked<Int> = Locked(0)) -> Alarm {
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
    alarm.set(clock.instant(100)) { [rings] in rings.withLock { $0 += 1 } }
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
      alarm.set(clock.instant(milliseconds)) { [rings] in rings.withLock { $0 += 1 } }
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
    alarm.set(clock.instant(100)) { [rings] in rings.withLock { $0 += 10 } }
    alarm.set(nil) {}
    clock.set(100)
    alarm.set(clock.instant(50)) { [rings] in rings.withLock { $0 += 1 } }
    await wait(for: 1, rings)
    await owner.end()
    #expect(rings.withLock { $0 } == 1)
  }
}
