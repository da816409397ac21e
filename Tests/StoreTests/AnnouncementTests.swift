import Coordination
import GRDB
import Testing

@testable import Store

@Suite("What is told of a change", .everyStore)
struct AnnouncementTests {
  let test: TestStore

  init() throws { test = try TestStore() }

  /// Tells of each escalation, with a delivery.
  private static let escalations: Announcer = { transition in
    let events = transition.escalations.map { change in
      NewEvent(
        id: "evt_\(change.after.id)_\(change.after.state.rawValue)", type: "t", at: at(1),
        conversation: change.after.conversation)
    }
    return Announcement(
      events, webhooks: events.map { NewWebhook(endpoint: "crm", event: $0.id, body: "{}") }, at: at(1))
  }

  @Test("it is there for whoever reads right after the change, and after the process was killed")
  func together() async throws {
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    let store = test.store.announcing(Self.escalations)
    let wish = NewEscalation(reason: "asked", channel: "whatsapp")
    let record = try #require(try await store.escalate(conversation, wish, at: at(2_000)))
    let told = ["evt_\(record.id)_waiting"]
    #expect(try await store.events(after: 0, limit: 10, types: nil).map(\.id) == told)
    let after = try TestStore(afterKilling: test).store
    #expect(try await after.events(after: 0, limit: 10, types: nil).map(\.id) == told)
    #expect(try await after.dueWebhooks(endpoint: "crm", at: at(2_000), limit: 10).map(\.event) == told)
  }

  @Test("a step that fails tells nothing, and one that changes nothing is not asked about")
  func nothing() async throws {
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    let asked = Locked(0)
    let store = test.store.announcing { transition in
      asked.withLock { $0 += 1 }
      return Announcement(transition.messages.map { NewEvent(id: $0.after.id, type: "t", at: at(1)) }, at: at(1))
    }
    try await store.enqueue(.test("msg_1"), in: conversation, at: at(2_000))
    await #expect(throws: StoreError.self) {
      try await store.enqueue(.test("msg_1"), in: conversation, at: at(2_001))
    }
    #expect(try await store.events(after: 0, limit: 10, types: nil).map(\.id) == ["msg_1"])
    let count = asked.withLock { $0 }
    #expect(try await store.offer("nobody", to: "ana", until: at(9), at: at(1)) == false)
    #expect(asked.withLock { $0 } == count)

    try await test.pool.write { try $0.execute(sql: "ALTER TABLE event RENAME TO elsewhere") }
    await #expect(throws: StoreError.self) {
      try await store.enqueue(.test("msg_2"), in: conversation, at: at(2_002))
    }
    #expect(try await store.message("msg_2") == nil)
  }

  @Test("whoever listens hears of each event once it can be read, in the order of storing, before the step returns")
  func observed() async throws {
    let heard = Locked<[EventRecord]>([])
    let store = RowStore(StoreKind.current.layer(over: test.layer)) { records in heard.withLock { $0 += records } }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<100 {
        group.addTask {
          let stored = try await store.append([NewEvent(id: "e\(number)", type: "t", at: at(1))])
          #expect(heard.withLock { $0.contains { $0.id == "e\(number)" } })
          #expect(stored.count == 1)
        }
      }
      try await group.waitForAll()
    }
    let all = heard.withLock { $0 }
    #expect(all == (try await store.events(after: 0, limit: 200, types: nil)))
    // One that is stored twice is heard of once.
    try await store.append([NewEvent(id: "e1", type: "t", at: at(1))])
    #expect(heard.withLock { $0.count } == 100)
  }

  @Test("a call is stored with the event that tells of it, and no later writer who knows less takes it back")
  func calls() async throws {
    let store = test.store
    var call = CallRecord(
      id: "call_1", sipCallID: "x", direction: .inbound, from: "1", to: "2", startedAt: at(1_000))
    let begun = call
    call.answeredAt = at(1_001)
    call.endedAt = at(1_010)
    call.reason = "hung up"
    try await store.append([NewEvent(id: "e1", type: "t", at: at(1))], webhooks: [], calls: [call], at: at(1))
    try await store.save(begun)
    #expect(try await store.call("call_1") == call)

    try await test.pool.write { try $0.execute(sql: "ALTER TABLE event RENAME TO elsewhere") }
    var other = call
    other.id = "call_2"
    await #expect(throws: StoreError.self) {
      try await store.append([NewEvent(id: "e2", type: "t", at: at(1))], webhooks: [], calls: [other], at: at(1))
    }
    #expect(try await store.call("call_2") == nil)
  }
}
