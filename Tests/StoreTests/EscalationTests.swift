import Store
import Testing
import TestSupport

@Suite("Wishes for a person", .everyStore)
struct EscalationTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  @discardableResult
  private func wish(
    _ number: Int, priority: Int = 3, due: Timestamp? = nil, at now: Timestamp = at(1_000)
  ) async throws -> EscalationRecord {
    try await test.wish(number, priority: priority, due: due, at: now)
  }

  @Test("a wish is kept with all that whoever comes needs")
  func kept() async throws {
    let conversation = try await store.conversation(with: [phone("34600000001")], name: nil, at: at(1_000)).id
    let new = NewEscalation(
      kind: "stagnation", reason: "thrice the same", channel: "phone", priority: 2, skills: ["billing", "es"],
      call: "call_1", evidence: "[]", package: "{}", dueAt: at(1_060))
    let record = try #require(try await store.escalate(conversation, new, at: at(1_000)))
    #expect(record.kind == "stagnation" && record.reason == "thrice the same" && record.channel == "phone")
    #expect(record.priority == 2 && record.skills == ["billing", "es"] && record.call == "call_1")
    #expect(record.evidence == "[]" && record.package == "{}" && record.dueAt == at(1_060))
    #expect(record.createdAt == at(1_000) && !record.missedSLA && record.firstReplyAt == nil)
    #expect(try await store.escalation(record.id) == record)
    #expect(try await store.openEscalation(of: conversation) == record)
    #expect(try await store.escalation("esc_none") == nil)
    try await store.update(record.id, package: #"{"summary":[]}"#, reason: nil)
    let updated = try #require(try await store.escalation(record.id))
    #expect(updated.package == #"{"summary":[]}"# && updated.reason == record.reason)
    try await store.update(record.id, package: nil, reason: "better said")
    #expect(try await store.escalation(record.id)?.reason == "better said")
    #expect(try await store.escalation(record.id)?.package == updated.package)
  }

  @Test("the most urgent come first, and of the same urgency the oldest")
  func order() async throws {
    let third = try await wish(1, priority: 3, at: at(1_000))
    let second = try await wish(2, priority: 2, at: at(1_002))
    let first = try await wish(3, priority: 1, at: at(1_003))
    let fourth = try await wish(4, priority: 3, at: at(1_004))
    #expect(try await store.offer(second.id, to: "ana", until: at(1_100), at: at(1_005)))
    let ids = [first.id, second.id, third.id, fourth.id]
    #expect(try await store.escalations(in: [.waiting, .offered], after: nil, limit: 10).map(\.id) == ids)
    #expect(try await store.escalations(in: nil, after: first.id, limit: 2).map(\.id) == [second.id, third.id])
    #expect(try await store.escalations(in: [.offered], after: nil, limit: 10).map(\.id) == [second.id])
    #expect(try await store.escalations(in: [], after: nil, limit: 10).isEmpty)
  }

  @Test("whoever has seen the wishes once need only read what was made or changed since, in its order")
  func changes() async throws {
    let first = try await wish(1, at: at(1_000))
    let second = try await wish(2, at: at(1_001))
    let all = try await store.unresolvedEscalations(limit: 10)
    #expect(all.records == [first, second])
    #expect(try await store.escalations(changedSince: all.revision, limit: 10).records.isEmpty)
    try await store.promise(second.id, by: at(9_000))
    #expect(try await store.resolve(first.id, note: nil, at: at(9_001)))
    let changes = try await store.escalations(changedSince: all.revision, limit: 10)
    #expect(changes.records.map(\.id) == [second.id, first.id])
    #expect(changes.records.map(\.state) == [.waiting, .resolved])
    #expect(try await store.escalations(changedSince: all.revision, limit: 1).records.map(\.id) == [second.id])
    #expect(try await store.escalations(changedSince: changes.revision, limit: 10).records.isEmpty)
  }

  @Test("pages neither miss nor repeat a wish while others come and go", arguments: [UInt64(7), 8])
  func pages(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var before: [String] = []
    for number in 0..<30 {
      before.append(
        try await wish(number, priority: .random(in: 1...5, using: &random), at: at(1_000 + Int64(number) % 7)).id)
    }
    var seen: [String] = []
    var number = 30
    while true {
      let page = try await store.escalations(in: nil, after: seen.last, limit: 4)
      guard !page.isEmpty else { break }
      seen += page.map(\.id)
      // Those who have waited are claimed and closed, new ones come.
      try await wish(number, priority: .random(in: 1...5, using: &random), at: at(1_010))
      number += 1
      guard let id = before.randomElement(using: &random) else { break }
      if number % 2 == 0 { _ = try await store.claim(id, by: "ana", at: at(1_011)) }
      if number % 3 == 0 { _ = try await store.resolve(id, note: nil, at: at(1_012)) }
    }
    #expect(Set(seen).count == seen.count)
    #expect(Set(seen).isSuperset(of: before))
  }

  @Test("what is offered to one person is theirs until the offer ends; by force it is not")
  func offers() async throws {
    let record = try await wish(1)
    #expect(try await store.offer(record.id, to: "ana", until: at(1_030), at: at(1_001)))
    #expect(try await !store.offer(record.id, to: "bob", until: at(1_030), at: at(1_001)))
    let offered = try #require(try await store.escalation(record.id))
    #expect(offered.state == .offered && offered.offeredTo == "ana" && offered.offerEndsAt == at(1_030))
    #expect(try await store.claim(record.id, by: "bob", at: at(1_029)) == .taken(by: "ana"))
    #expect(try await store.conversation(record.conversation)?.owner == .queue)
    guard case .claimed = try await store.claim(record.id, by: "bob", at: at(1_030)) else {
      Issue.record("an offer lasts longer than its time")
      return
    }
    let second = try await wish(2)
    #expect(try await store.offer(second.id, to: "ana", until: at(1_030), at: at(1_001)))
    guard case .claimed(let forced, _) = try await store.claim(second.id, by: "eve", force: true, at: at(1_002)) else {
      Issue.record("force is none")
      return
    }
    #expect(forced.person == "eve" && forced.offeredTo == nil && forced.offerEndsAt == nil)
    #expect(try await !store.offer(second.id, to: "ana", until: at(1_030), at: at(1_003)))
    #expect(try await !store.offer("esc_none", to: "ana", until: at(1_030), at: at(1_003)))
  }

  @Test("an offer that is withdrawn or expires makes the wish wait again, and tells who did not come")
  func expiry() async throws {
    let record = try await wish(1)
    #expect(try await store.offer(record.id, to: "ana", until: at(1_030), at: at(1_001)))
    #expect(try await store.withdrawOffer(record.id, at: at(1_002)))
    #expect(try await !store.withdrawOffer(record.id, at: at(1_002)))
    #expect(try await store.escalation(record.id) == record)
    #expect(try await store.offer(record.id, to: "bob", until: at(1_040), at: at(1_003)))
    #expect(try await store.expireOffers(at: at(1_039)).isEmpty)
    let expired = try await store.expireOffers(at: at(1_040))
    #expect(expired.map(\.offeredTo) == ["bob"] && expired.map(\.state) == [.waiting])
    #expect(try await store.escalation(record.id) == record)
    #expect(try await store.expireOffers(at: at(1_041)).isEmpty)
  }

  @Test("whoever claims has the conversation in a new epoch; everyone else hears who it is")
  func claims() async throws {
    let record = try await wish(1)
    try await test.receive("wamid.1", from: phone("34600000001"))
    guard case .claimed(let claimed, let epoch) = try await store.claim(record.id, by: "ana", at: at(1_005)) else {
      Issue.record("it was not claimed")
      return
    }
    #expect(claimed.state == .claimed && claimed.person == "ana" && claimed.claimedAt == at(1_005))
    let conversation = try #require(try await store.conversation(record.conversation))
    #expect(conversation.owner == .person && conversation.person == "ana" && conversation.epoch == epoch && epoch == 2)
    #expect(try await store.claim(record.id, by: "bob", at: at(1_006)) == .taken(by: "ana"))
    #expect(try await store.claim(record.id, by: "bob", force: true, at: at(1_006)) == .taken(by: "ana"))
    // A request that was made twice is answered as the first time.
    #expect(try await store.claim(record.id, by: "ana", at: at(1_007)) == .claimed(claimed, epoch: 2))
    #expect(try await store.claim("esc_none", by: "ana", at: at(1_007)) == .gone)
    #expect(try await store.load(of: ["ana", "bob"]) == ["ana": 1, "bob": 0])
    #expect(try await store.resolve(record.id, note: "done", at: at(1_008)))
    #expect(try await store.claim(record.id, by: "bob", at: at(1_009)) == .gone)
    #expect(try await store.load(of: ["ana", "bob"]) == ["ana": 0, "bob": 0])
    #expect(try await store.conversation(record.conversation)?.person == "ana")
  }

  @Test("a wish that is resolved gives the conversation back to the assistant, unless a person has it")
  func resolved() async throws {
    let record = try await wish(1)
    #expect(try await store.resolve(record.id, note: "by mail", at: at(1_010)))
    #expect(try await !store.resolve(record.id, note: nil, at: at(1_011)))
    let closed = try #require(try await store.escalation(record.id))
    #expect(closed.state == .resolved && closed.resolvedAt == at(1_010) && closed.note == "by mail")
    let conversation = try #require(try await store.conversation(record.conversation))
    #expect(conversation.owner == .assistant && conversation.epoch == 2)
    #expect(try await store.openEscalation(of: record.conversation) == nil)
    #expect(try await !store.resolve("esc_none", note: nil, at: at(1_011)))
  }

  @Test("a wish that is postponed leaves the conversation to the assistant until its time")
  func callback() async throws {
    let record = try await wish(1, due: at(1_060))
    #expect(try await store.scheduleCallback(record.id, at: at(5_000), note: "after five", now: at(1_010)))
    let postponed = try #require(try await store.escalation(record.id))
    #expect(postponed.state == .callback && postponed.callbackAt == at(5_000) && postponed.note == "after five")
    #expect(try await store.conversation(record.conversation)?.owner == .assistant)
    #expect(try await store.overdue(at: at(4_000)).isEmpty)
    #expect(try await store.recallCallbacks(at: at(4_999), dueAt: nil).isEmpty)
    let recalled = try await store.recallCallbacks(at: at(5_000), dueAt: at(5_060))
    #expect(recalled.map(\.id) == [record.id])
    #expect(recalled.map(\.state) == [.waiting] && recalled.map(\.dueAt) == [at(5_060)])
    #expect(try await store.conversation(record.conversation)?.owner == .queue)
    #expect(try await store.recallCallbacks(at: at(5_001), dueAt: nil).isEmpty)
    #expect(try await !store.scheduleCallback("esc_none", at: at(1), note: nil, now: at(1)))
  }

  @Test("a postponed wish can be claimed before its time, goes to the person who is there, and is one with a newer")
  func callbackMeets() async throws {
    let early = try await wish(1)
    _ = try await store.scheduleCallback(early.id, at: at(5_000), note: nil, now: at(1_010))
    let newer = try await wish(1, at: at(1_020))
    guard case .claimed(let record, _) = try await store.claim(early.id, by: "ana", at: at(1_030)) else {
      Issue.record("it was not claimed")
      return
    }
    #expect(record.callbackAt == nil)
    #expect(try await store.escalation(newer.id)?.state == .resolved)

    let held = try await wish(2)
    _ = try await store.scheduleCallback(held.id, at: at(5_000), note: nil, now: at(1_010))
    _ = try await store.assign(held.conversation, to: .person, person: "bob", ifEpoch: nil, at: at(1_011))
    #expect(try await store.claim(held.id, by: "ana", at: at(1_030)) == .taken(by: "bob"))

    let besides = try await wish(3)
    _ = try await store.scheduleCallback(besides.id, at: at(5_000), note: nil, now: at(1_010))
    let waiting = try await wish(3, at: at(1_020))

    #expect(try await store.recallCallbacks(at: at(5_000), dueAt: nil).isEmpty)
    #expect(try await store.escalation(held.id)?.person == "bob")
    #expect(try await store.escalation(besides.id)?.state == .resolved)
    #expect(try await store.openEscalation(of: besides.conversation)?.id == waiting.id)
  }

  @Test("the first reply of a person counts, whichever way it is stored, and a late one is late")
  func replies() async throws {
    let record = try await wish(1, due: at(1_060))
    try await store.noteReply(record.conversation, at: at(1_001))
    #expect(try await store.escalation(record.id)?.firstReplyAt == nil)
    _ = try await store.claim(record.id, by: "ana", at: at(1_010))
    var message = OutgoingMessage.test("msg_1")
    try await store.enqueue(message, in: record.conversation, at: at(1_015))
    #expect(try await store.escalation(record.id)?.firstReplyAt == nil)
    message = OutgoingMessage(
      key: "msg_2", thread: message.thread, author: .person, person: "ana", kind: "text", text: "hi", payload: "{}")
    try await store.enqueue(message, in: record.conversation, at: at(1_020))
    try await store.noteReply(record.conversation, at: at(1_030))
    let replied = try #require(try await store.escalation(record.id))
    #expect(replied.firstReplyAt == at(1_020) && !replied.missedSLA)
    #expect(try await store.message("msg_2")?.person == "ana")
    #expect(try await store.overdue(at: at(2_000)).isEmpty)

    let late = try await wish(2, due: at(1_060))
    _ = try await store.claim(late.id, by: "ana", at: at(1_010))
    try await store.add(
      SpokenMessage(
        conversation: late.conversation, call: "call_1", author: .person, person: "ana", text: "hi", at: at(1_061)))
    #expect(try await store.escalation(late.id)?.firstReplyAt == at(1_061))
    #expect(try await store.escalation(late.id)?.missedSLA == true)
    #expect(try await store.messages(of: late.conversation, before: nil, limit: 1).first?.person == "ana")
  }

  @Test("a promise that was not kept is told once")
  func overdue() async throws {
    let waiting = try await wish(1, due: at(1_060))
    let claimed = try await wish(2, due: at(1_061))
    try await wish(3)
    let closed = try await wish(4, due: at(1_060))
    _ = try await store.claim(claimed.id, by: "ana", at: at(1_010))
    _ = try await store.resolve(closed.id, note: nil, at: at(1_059))
    #expect(try await store.overdue(at: at(1_060)).isEmpty)
    let late = try await store.overdue(at: at(1_100))
    #expect(late.map(\.id) == [waiting.id, claimed.id])
    #expect(late.map(\.missedSLA) == [true, true])
    #expect(try await store.overdue(at: at(1_101)).isEmpty)
    #expect(try await store.escalation(waiting.id)?.missedSLA == true)
    #expect(try await store.escalation(closed.id)?.missedSLA == false)
  }

  @Test("a conversation that is given back to the queue without a wish gets one, so that somebody sees it")
  func queued() async throws {
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    _ = try await store.assign(conversation, to: .person, person: "ana", ifEpoch: nil, at: at(1_001))
    #expect(try await store.openEscalation(of: conversation) == nil)
    _ = try await store.assign(conversation, to: .queue, person: nil, ifEpoch: nil, at: at(1_002))
    let made = try #require(try await store.openEscalation(of: conversation))
    #expect(made.state == .waiting && made.channel == "whatsapp")
  }

  @Test("of two customers who turn out to be one, the wish that somebody has taken stands")
  func merged() async throws {
    let first = try await test.receive("wamid.1", from: user("ES.1"))
    let second = try await test.receive("wamid.2", from: phone("34600000002"))
    let urgent = try #require(
      try await store.escalate(
        first, NewEscalation(reason: "r", channel: "whatsapp", priority: 1), at: at(1_001)))
    let taken = try #require(
      try await store.escalate(second, NewEscalation(reason: "r", channel: "whatsapp"), at: at(1_002)))
    _ = try await store.claim(taken.id, by: "ana", at: at(1_003))
    try await store.tag(first, ["vip"])
    try await store.tag(second, ["es", "vip"])
    try await test.receive("wamid.3", from: user("ES.1"), phone("34600000002"), at: at(1_010))
    let conversation = try #require(try await store.conversation(first))
    #expect(conversation.owner == .person && conversation.person == "ana")
    #expect(try await store.openEscalation(of: second)?.id == taken.id)
    #expect(try await store.escalation(urgent.id)?.state == .resolved)
    #expect(conversation.tags == ["es", "vip"])
  }
}

extension TestStore {
  /// The customer with the number `number` wants a person.
  @discardableResult
  func wish(
    _ number: Int, priority: Int = 3, due: Timestamp? = nil, at now: Timestamp = at(1_000)
  ) async throws -> EscalationRecord {
    let conversation = try await store.conversation(with: [phone("\(34_600_000_000 + number)")], name: nil, at: now).id
    let wish = NewEscalation(reason: "r", channel: "whatsapp", priority: priority, dueAt: due)
    return try #require(try await store.escalate(conversation, wish, at: now))
  }
}
