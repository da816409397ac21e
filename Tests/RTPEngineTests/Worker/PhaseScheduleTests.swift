import Testing

@testable import RTPEngine

@Suite("Phase schedule")
struct PhaseScheduleTests {
  private let millisecond: Int64 = 1_000_000

  @Test("each slot comes round every 20 ms and does not drift")
  func grid() throws {
    var schedule = PhaseSchedule(capacity: 4, at: 0)
    var fired: [Int64] = []
    for step in 0..<2000 {
      let now = Int64(step) * 330_000
      while let slot = schedule.nextDue(at: now) {
        if slot == 7 { fired.append(schedule.due(slot)) }
        #expect(schedule.advance(slot, at: now) == 0)
      }
    }
    #expect(fired.count == 33)
    for (index, due) in fired.enumerated() { #expect(due == 7 * millisecond + Int64(index) * 20 * millisecond) }
  }

  @Test("what is behind by up to 60 ms is made up for; more is left out")
  func behind() throws {
    var schedule = PhaseSchedule(capacity: 4, at: 0)
    var count = 0
    var missed = 0
    while let slot = schedule.nextDue(at: 50 * millisecond) {
      if slot == 0 { count += 1 }
      missed += schedule.advance(slot, at: 50 * millisecond)
    }
    #expect(count == 3)
    #expect(missed == 0)
    while let slot = schedule.nextDue(at: 1050 * millisecond) {
      let left = schedule.advance(slot, at: 1050 * millisecond)
      if slot == 0 {
        count += 1
        missed += left
      }
    }
    // 0, 20, ... 1040: 53 times in all.
    #expect(count + missed == 53)
    #expect(missed > 40)
  }

  @Test("without legs there is nothing to wake for, and the emptiest slot is the next to come")
  func empty() {
    let schedule = PhaseSchedule(capacity: 4, at: 0)
    #expect(schedule.nextWake() == nil)
    #expect(schedule.leastLoaded(at: 4_500_000) == 5)
    #expect(schedule.slot(after: 19_500_000) == 0)
  }
}
