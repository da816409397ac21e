import Store
import Testing

@testable import Desk

@Suite("The desk")
struct DeskTests {
  @Test("what comes is offered to the one who waits longest, then to the next, then to whoever claims it")
  func offers() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana", "ben")
    let id = try await bench.want("a")
    #expect(await bench.news() == ["offered a to ana", "queue 1"])
    bench.pass(30)
    await bench.desk.look()
    #expect(await bench.news() == ["lapsed a by ana", "offered a to ben"])
    try await bench.desk.decline(id, by: "ben")
    #expect(await bench.news() == ["declined a by ben"])
    guard case .claimed = try await bench.desk.claim(id, by: "ana") else {
      Issue.record("not claimed")
      return
    }
    await bench.desk.look()
    #expect(await bench.news() == ["claimed a by ana", "people ana:online:1", "queue 0"])
    #expect(try await bench.owner("a") == "person ana")
  }

  @Test("an offer keeps nobody else from taking it")
  func claimedByAnother() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana", "ben")
    let id = try await bench.want("a")
    _ = await bench.news()
    guard case .claimed(let record, _) = try await bench.desk.claim(id, by: "ben") else {
      Issue.record("not claimed")
      return
    }
    #expect(record.person == "ben")
    #expect(await bench.news() == ["taken a by ana", "claimed a by ben"])
    // Again is no news.
    _ = try await bench.desk.claim(id, by: "ben")
    #expect(await bench.news() == [])
    #expect(try await bench.desk.claim(id, by: "ana") == .taken(by: "ben"))
  }

  @Test("of two who claim at once one has it, and the other learns who")
  func race() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana", "ben")
    for round in 0..<20 {
      let id = try await bench.want("w\(round)")
      async let first = bench.desk.claim(id, by: "ana")
      async let second = bench.desk.claim(id, by: "ben")
      let outcomes = try await [first, second]
      #expect(outcomes.count { if case .claimed = $0 { true } else { false } } == 1)
      #expect(outcomes.contains(.taken(by: "ana")) || outcomes.contains(.taken(by: "ben")))
    }
  }

  @Test("who declines what is not theirs, or releases it, is told so")
  func notTheirs() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana")
    let id = try await bench.want("a")
    await #expect(throws: DeskError.notTheirs(person: "ana")) { try await bench.desk.decline(id, by: "ben") }
    await #expect(throws: DeskError.unknown) { try await bench.desk.decline("esc_none", by: "ana") }
    _ = try await bench.desk.claim(id, by: "ana")
    await #expect(throws: DeskError.notTheirs(person: "ana")) {
      try await bench.desk.release(id, by: "ben", to: .assistant)
    }
    await #expect(throws: DeskError.supervisorsOnly) { try await bench.desk.claim(id, by: "ben", force: true) }
    await #expect(throws: DeskError.conflict) {
      try await bench.desk.release(id, by: "ana", to: .assistant, epoch: 99)
    }
  }

  @Test("a supervisor takes it from whoever has it, and gives it back")
  func supervisor() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana")
    let id = try await bench.want("a")
    _ = try await bench.desk.claim(id, by: "ana")
    _ = await bench.news()
    _ = try await bench.desk.claim(id, by: "sue", force: true)
    #expect(await bench.news() == ["claimed a by sue from ana"])
    let epoch = try await bench.desk.release(id, by: "sue", to: .assistant)
    #expect(epoch > 0)
    #expect(await bench.news() == ["released a by sue to assistant"])
    #expect(try await bench.owner("a") == "assistant")
    await bench.desk.look()
    #expect(await bench.desk.people.allSatisfy { $0.load == 0 })
  }

  @Test("what is released to the queue is offered to somebody else first")
  func releasedToQueue() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana", "ben")
    let id = try await bench.want("a")
    _ = try await bench.desk.claim(id, by: "ben")
    _ = try await bench.desk.release(id, by: "ben", to: .queue)
    await bench.desk.look()
    #expect(await bench.news().last { $0.hasPrefix("offered") } == "offered a to ana")
  }

  @Test("nobody there and closed: called back at the opening, and then asked for with its old place")
  func callback() async throws {
    var settings = DeskSettings()
    settings.hours = try hours("Europe/Madrid", ["mon-fri 09:00-18:00"])
    let bench = try DeskBench(settings, at: moment("2026-01-17T12:00Z"))
    let id = try await bench.want("a")
    #expect(await bench.news() == ["callback a"])
    let record = try #require(try await bench.store.escalation(id))
    #expect(record.state == .callback)
    #expect(record.callbackAt == moment("2026-01-19T08:00Z"))
    bench.clock.set(moment("2026-01-19T08:00Z"))
    await bench.desk.look()
    #expect(await bench.news() == ["due a", "queue 1"])
    await bench.arrive("ana")
    #expect(await bench.news().contains("offered a to ana"))
  }

  @Test("closed and somebody there all the same: they are asked")
  func closedButStaffed() async throws {
    var settings = DeskSettings()
    settings.hours = try hours("Europe/Madrid", ["mon-fri 09:00-18:00"])
    let bench = try DeskBench(settings, at: moment("2026-01-17T12:00Z"))
    await bench.arrive("ana")
    try await bench.want("a")
    #expect(await bench.news().contains("offered a to ana"))
  }

  @Test("a first reply that is late is told once; one in time is not")
  func overdue() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana", "ben")
    let late = try await bench.want("late")
    let quick = try await bench.want("quick")
    _ = try await bench.desk.claim(late, by: "ana")
    _ = try await bench.desk.claim(quick, by: "ben")
    bench.pass(60)
    try await bench.reply("quick", by: "ben")
    bench.pass(61)
    await bench.desk.look()
    #expect(await bench.news().filter { $0.hasPrefix("overdue") } == ["overdue late first_reply"])
    bench.pass(600)
    await bench.desk.look()
    #expect(await bench.news().filter { $0.hasPrefix("overdue") } == [])
    #expect(try await bench.store.escalation(late)?.missedSLA == true)
    #expect(try await bench.store.escalation(quick)?.missedSLA == false)
  }

  @Test("who lets a customer wait is reminded and loses the conversation")
  func idle() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana")
    let id = try await bench.want("a")
    _ = try await bench.desk.claim(id, by: "ana")
    bench.pass(600)
    await bench.desk.look()
    #expect(await bench.news().contains("reminded ana of a"))
    bench.pass(120)
    await bench.desk.look()
    #expect(await bench.news().contains("idle a by ana to queue"))
    #expect(try await bench.owner("a") == "queue")
    #expect(try await bench.store.escalation(id)?.state != .claimed)
  }

  @Test("a reply ends the wait, and a message of the customer begins another")
  func replies() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana")
    let id = try await bench.want("a")
    _ = try await bench.desk.claim(id, by: "ana")
    bench.pass(60)
    try await bench.reply("a", by: "ana")
    bench.pass(5000)
    await bench.desk.look()
    #expect(await !bench.news().contains("reminded ana of a"))
    await bench.desk.customerWrote(in: try #require(try await bench.store.escalation(id)).conversation)
    bench.pass(600)
    await bench.desk.look()
    #expect(await bench.news().contains("reminded ana of a"))
  }

  @Test("who goes loses what they were offered, and who comes back in time does not")
  func presence() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana")
    try await bench.want("a")
    _ = await bench.news()
    await bench.desk.disconnected("ana", connection: "ana")
    bench.pass(5)
    await bench.desk.connected("ana", connection: "again")
    await bench.desk.look()
    #expect(await bench.news() == [])
    await bench.desk.set(.away, for: "ana")
    await bench.desk.look()
    #expect(await bench.news() == ["people ana:away:0", "gone a by ana"])
    await bench.desk.set(.online, for: "ana")
    await bench.desk.look()
    #expect(await bench.news() == ["people ana:online:0", "offered a to ana"])
    await bench.desk.disconnected("ana", connection: "again")
    bench.pass(30)
    await bench.desk.look()
    #expect(await bench.news().contains("people ana:offline:0"))
  }

  @Test("a desk that is started anew goes on where the last one was")
  func restart() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana", "ben")
    let offered = try await bench.want("offered")
    let claimed = try await bench.want("claimed")
    _ = try await bench.desk.claim(claimed, by: "ben")
    bench.restart()
    await bench.arrive("ana", "ben")
    #expect(await bench.desk.people.map(\.load) == [0, 1, 0])
    #expect(await bench.desk.place(of: offered)?.position == 1)
    bench.pass(30)
    await bench.desk.look()
    #expect(await bench.news().contains { $0.hasPrefix("lapsed offered by") })
    bench.pass(600)
    await bench.desk.look()
    #expect(await bench.news().contains("reminded ben of claimed"))
  }

  @Test("places and waits are told, by the pace of the claims before")
  func places() async throws {
    let bench = try DeskBench()
    for round in 0..<3 {
      let id = try await bench.want("r\(round)")
      bench.pass(180)
      _ = try await bench.desk.claim(id, by: "ana")
    }
    _ = try await bench.want("first")
    bench.pass(1)
    let second = try await bench.want("second")
    #expect(await bench.desk.place(of: second) == QueueEstimate.Place(position: 2, wait: .seconds(360)))
    let urgent = try await bench.want("urgent", priority: 1)
    #expect(await bench.desk.place(of: urgent)?.position == 1)
    #expect(await bench.desk.place(of: second)?.position == 3)
    try await bench.desk.resolve(urgent, by: "ana", note: "wrong number")
    await bench.desk.look()
    #expect(await bench.desk.place(of: urgent) == nil)
    #expect(await bench.desk.place(of: second)?.position == 2)
  }

  @Test("the loop wakes at each deadline and at each signal, and ends when it is cancelled", .timeLimit(.minutes(1)))
  func loop() async throws {
    let bench = try DeskBench()
    let run = Task { await bench.desk.run() }
    await bench.desk.connected("ana", connection: "a")
    try await bench.want("a", looks: false)
    await bench.desk.wake()
    await bench.until("offered a to ana")
    bench.pass(30)
    await bench.until("lapsed a by ana")
    bench.pass(30)
    await bench.until("offered a to ana")
    run.cancel()
    await run.value
  }
}
