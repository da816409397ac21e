import Store
import Testing

@testable import Desk

@Suite("Service levels")
struct ServiceLevelTests {
  typealias Miss = ServiceLevel.Miss

  private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

  private func level(
    first: Int = 120, next: Int? = 300, resolution: Int? = 3600, hours: BusinessHours = .always
  ) -> ServiceLevel {
    ServiceLevel(
      times: SLASettings.Times(
        firstReply: .seconds(first), nextReply: next.map { .seconds($0) }, resolution: resolution.map { .seconds($0) }),
      hours: hours, createdAt: at(0))
  }

  @Test("a first reply at its deadline is in time, a millisecond later it is not")
  func firstReply() {
    var hit = level()
    #expect(hit.nextDeadline == at(120))
    #expect(hit.replied(at: at(120)) == [])
    #expect(hit.firstReplyAt == at(120))
    var missed = level()
    let late = at(120).advanced(by: .milliseconds(1))
    #expect(missed.replied(at: late) == [Miss(target: .firstReply, dueAt: at(120))])
    #expect(missed.state == .activeWithMisses)
    #expect(missed.check(at: at(500)) == [])
  }

  @Test("the next reply counts from the oldest message without an answer and is missed once for each wait")
  func nextReply() {
    var level = level()
    _ = level.customerWrote(at: at(10))
    #expect(level.waitingSince == nil)
    _ = level.replied(at: at(20))
    _ = level.customerWrote(at: at(100))
    _ = level.customerWrote(at: at(200))
    #expect(level.waitingSince == at(100))
    #expect(level.nextDeadline == at(400))
    #expect(level.check(at: at(401)) == [Miss(target: .nextReply, dueAt: at(400))])
    #expect(level.customerWrote(at: at(450)) == [])
    #expect(level.check(at: at(2000)) == [])
    #expect(level.replied(at: at(2001)) == [])
    #expect(level.waitingSince == nil)
    _ = level.customerWrote(at: at(2100))
    #expect(level.replied(at: at(2401)) == [Miss(target: .nextReply, dueAt: at(2400))])
  }

  @Test("the resolution counts until the end, replies or none")
  func resolution() {
    var level = level()
    _ = level.replied(at: at(5))
    #expect(level.state == .active)
    #expect(level.resolved(at: at(3600)) == [])
    #expect(level.state == .hit)
    #expect(level.nextDeadline == nil)
    #expect(level.replied(at: at(9999)) == [])
    var late = self.level()
    _ = late.replied(at: at(5))
    #expect(late.check(at: at(3601)) == [Miss(target: .resolution, dueAt: at(3600))])
    #expect(late.resolved(at: at(4000)) == [])
    #expect(late.state == .missed)
  }

  @Test("what is resolved before any deadline is a hit without a reply")
  func resolvedAtOnce() {
    var level = level()
    #expect(level.resolved(at: at(60)) == [])
    #expect(level.state == .hit)
  }

  @Test("all stand still while nobody is there")
  func pauses() throws {
    let office = try hours("Europe/Madrid", ["mon-fri 09:00-18:00"])
    let friday = moment("2026-01-16T16:59Z")
    var level = ServiceLevel(
      times: SLASettings.Times(firstReply: .seconds(120), nextReply: .seconds(300)), hours: office, createdAt: friday)
    #expect(level.firstReplyDue == moment("2026-01-19T08:01Z"))
    _ = level.replied(at: moment("2026-01-16T16:59:30Z"))
    _ = level.customerWrote(at: moment("2026-01-17T12:00Z"))
    #expect(level.nextDeadline == moment("2026-01-19T08:05Z"))
  }

  @Test("a priority may have times of its own")
  func priorities() {
    let settings = SLASettings(byPriority: [1: SLASettings.Times(firstReply: .seconds(30))])
    #expect(settings.times(priority: 1).firstReply == .seconds(30))
    #expect(settings.times(priority: 2).firstReply == .seconds(120))
  }

  @Test("an estimate needs some claims, grows with the place, and leaves out quiet hours")
  func estimate() {
    var estimate = QueueEstimate()
    #expect(estimate.wait(position: 1, at: at(0)) == nil)
    // Nobody waited for most of each hour; each took four minutes once they were there.
    for hour in 0..<4 as Range<Int64> { estimate.claimed(createdAt: at(hour * 1500), at: at(hour * 1500 + 240)) }
    #expect(estimate.wait(position: 1, at: at(4800)) == .seconds(240))
    #expect(estimate.wait(position: 3, at: at(4800)) == .seconds(720))
    #expect(estimate.wait(position: 0, at: at(4800)) == nil)
    #expect(estimate.wait(position: 500, at: at(4800)) == nil)
    #expect(estimate.wait(position: 1, at: at(40_000)) == nil)
  }

  @Test("of claims that follow each other the time between counts")
  func estimateUnderLoad() {
    var estimate = QueueEstimate()
    for claim in 1...30 as ClosedRange<Int64> { estimate.claimed(createdAt: at(0), at: at(claim * 90)) }
    #expect(estimate.wait(position: 2, at: at(2700)) == .seconds(180))
    estimate.claimed(createdAt: at(0), at: at(0))
    #expect(estimate.wait(position: 1, at: at(2700)) == .seconds(120))
  }

  @Test("the agenda gives what is due in its order, each once")
  func agenda() {
    var agenda = DeskAgenda()
    #expect(agenda.next == nil)
    agenda.set(.offerEnds("b"), at: at(20))
    agenda.set(.offerEnds("a"), at: at(10))
    agenda.set(.presence, at: at(30))
    agenda.set(.presence, at: at(40))
    agenda.set(.callback("c"), at: at(5))
    agenda.set(.callback("c"), at: nil)
    #expect(agenda.next == at(10))
    #expect(agenda.take(by: at(9)) == [])
    #expect(agenda.take(by: at(20)) == [.offerEnds("a"), .offerEnds("b")])
    #expect(agenda.next == at(40))
  }
}
