import Store
import Testing

@testable import Desk

@Suite("What is to be done")
struct DeskFloorTests {
  private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

  private func record(
    _ id: String, _ state: EscalationRecord.State = .waiting, since: Int64 = 0,
    change: (inout EscalationRecord) -> Void = { _ in }
  ) -> EscalationRecord {
    var record = EscalationRecord(
      id: id, conversation: "conv_\(id)", reason: "r", channel: "whatsapp", state: state, person: nil,
      createdAt: at(since))
    record.dueAt = at(100_000)
    change(&record)
    return record
  }

  private func floor(_ settings: DeskSettings = DeskSettings(), online: [String] = ["ana"]) -> DeskFloor {
    var floor = DeskFloor(settings: settings)
    for name in ["ana", "ben"] { floor.set(Person(username: name)) }
    for name in online { _ = floor.presence.connected(name, connection: name, at: at(0)) }
    return floor
  }

  private func taken(_ id: String, by person: String, at time: Int64, reply: Int64? = nil) -> EscalationRecord {
    record(id, .claimed) {
      $0.person = person
      $0.claimedAt = at(time)
      $0.firstReplyAt = reply.map { at($0) }
    }
  }

  @Test("what waits is offered to who is online, until the deadline")
  func offer() {
    var floor = floor()
    let wish = record("a")
    #expect(floor.actions(for: [wish], at: at(1)) == [.offer(wish, to: "ana", until: at(31))])
  }

  @Test("without automatic offers nothing is offered")
  func manual() {
    var settings = DeskSettings()
    settings.isAutomatic = false
    var floor = floor(settings)
    #expect(floor.actions(for: [record("a")], at: at(1)) == [])
    #expect(floor.agenda(for: [record("a")], at: at(1)).time(of: .offers) == nil)
  }

  @Test(
    "outside of hours, and with nobody here, the customer is called back at the opening; with somebody they are not")
  func callback() throws {
    var settings = DeskSettings()
    settings.hours = try hours("UTC", ["mon-fri 09:00-18:00"])
    let saturday = moment("2026-01-17T12:00Z")
    let monday = moment("2026-01-19T09:00Z")
    let wish = record("a")
    var empty = floor(settings, online: [])
    #expect(empty.actions(for: [wish], at: saturday) == [.schedule(wish, at: monday)])
    #expect(empty.actions(for: [wish], at: monday) == [])
    var staffed = floor(settings)
    #expect(staffed.actions(for: [wish], at: saturday).count == 1)
    #expect(staffed.actions(for: [wish], at: saturday).first != .schedule(wish, at: monday))
    let promised = record("a", .callback) { $0.callbackAt = monday }
    #expect(staffed.actions(for: [promised], at: saturday) == [])
    #expect(empty.agenda(for: [promised], at: saturday).time(of: .callback("a")) == monday)
  }

  @Test("who is asked and goes is asked no more, and somebody else is")
  func gone() {
    var floor = floor(online: ["ana", "ben"])
    let offered = record("a", .offered) {
      $0.offeredTo = "ana"
      $0.offerEndsAt = at(30)
    }
    #expect(floor.actions(for: [offered], at: at(1)) == [])
    #expect(floor.agenda(for: [offered], at: at(1)).next == at(30))
    _ = floor.presence.choose(.away, for: "ana", at: at(2))
    #expect(floor.actions(for: [offered], at: at(2)) == [.withdraw(offered)])
    #expect(floor.actions(for: [record("a")], at: at(3)) == [.offer(record("a"), to: "ben", until: at(33))])
  }

  @Test("who lets a customer wait is reminded once, then loses it; who answers is left alone")
  func idle() {
    var floor = floor()
    let wish = taken("a", by: "ana", at: 10)
    #expect(floor.actions(for: [wish], at: at(609)) == [])
    #expect(floor.agenda(for: [wish], at: at(609)).time(of: .reminder("a")) == at(610))
    #expect(floor.actions(for: [wish], at: at(610)) == [.remind(wish, person: "ana")])
    #expect(floor.actions(for: [wish], at: at(611)) == [])
    #expect(floor.agenda(for: [wish], at: at(611)).time(of: .idle("a")) == at(730))
    #expect(floor.actions(for: [wish], at: at(730)) == [.giveBack(wish, person: "ana")])
    let answered = taken("a", by: "ana", at: 10, reply: 700)
    #expect(floor.actions(for: [answered], at: at(9000)) == [])
    floor.customerWrote(in: "conv_a", at: at(9000))
    floor.customerWrote(in: "conv_a", at: at(9100))
    #expect(floor.actions(for: [answered], at: at(9600)) == [.remind(answered, person: "ana")])
    floor.replied(in: "conv_a", at: at(9610))
    #expect(floor.actions(for: [answered], at: at(20_000)) == [])
  }

  @Test("who could not be reminded in time is reminded before they lose it")
  func lateReminder() {
    var floor = floor()
    let wish = taken("a", by: "ana", at: 10)
    #expect(floor.actions(for: [wish], at: at(50_000)) == [.remind(wish, person: "ana")])
    #expect(floor.agenda(for: [wish], at: at(50_000)).time(of: .idle("a")) == at(50_120))
  }

  @Test("in a call nobody is idle, and nobody gets a second one until it is over")
  func calls() {
    var floor = floor()
    var talking = taken("a", by: "ana", at: 10)
    talking.call = "call_1"
    var caller = record("b")
    caller.call = "call_2"
    #expect(floor.actions(for: [talking, caller], at: at(5000)) == [])
    #expect(floor.views(of: [talking]).first?.isInCall == true)
    floor.ended(call: "call_1")
    talking.firstReplyAt = at(20)
    #expect(floor.actions(for: [talking, caller], at: at(5000)) == [.offer(caller, to: "ana", until: at(5030))])
  }

  @Test("replies after the first and the resolution are late once each")
  func service() {
    var settings = DeskSettings()
    settings.service.standard.nextReply = .seconds(60)
    settings.service.standard.resolution = .seconds(3600)
    settings.idle = .seconds(86_400)
    var floor = floor(settings)
    let wish = taken("a", by: "ana", at: 10, reply: 20)
    #expect(floor.actions(for: [wish], at: at(30)) == [])
    floor.customerWrote(in: "conv_a", at: at(100))
    #expect(floor.actions(for: [wish], at: at(101)) == [])
    #expect(floor.agenda(for: [wish], at: at(101)).next == at(160).advanced(by: .milliseconds(1)))
    #expect(floor.actions(for: [wish], at: at(161)) == [.missed(wish, .nextReply)])
    #expect(floor.actions(for: [wish], at: at(170)) == [])
    floor.replied(in: "conv_a", at: at(171))
    #expect(floor.actions(for: [wish], at: at(172)) == [])
    #expect(floor.actions(for: [wish], at: at(3601)) == [.missed(wish, .resolution)])
    #expect(floor.actions(for: [wish], at: at(3700)) == [])
  }

  @Test("what was late before the start is not told again")
  func restart() {
    var settings = DeskSettings()
    settings.service.standard.resolution = .seconds(3600)
    settings.idle = .seconds(86_400)
    var floor = floor(settings)
    #expect(floor.actions(for: [taken("a", by: "ana", at: 10, reply: 20)], at: at(4000)) == [])
  }

  @Test("by when a first reply is due is noted where nobody has")
  func promise() {
    var floor = floor(online: [])
    let wish = record("a") { $0.dueAt = nil }
    #expect(floor.actions(for: [wish], at: at(1)) == [.promise(wish, by: at(120))])
  }

  @Test("the queue is in the order of offers, with what is offered in its place")
  func queue() {
    let urgent = record("c", .offered, since: 9) { $0.priority = 1 }
    let open = [record("b", since: 2), record("a", since: 1), urgent, taken("d", by: "ana", at: 1)]
    #expect(floor().queue(of: open).map(\.id) == ["c", "a", "b"])
  }
}
