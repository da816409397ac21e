import GRDB
import Testing

@testable import Store

@Suite("Events", .everyStore)
struct EventTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  private func event(_ id: String, _ type: String = "t", at time: Timestamp = at(1_000)) -> NewEvent {
    NewEvent(id: id, type: type, at: time, conversation: "conv_1", call: "call_1", data: #"{"n":1}"#)
  }

  @Test("events are kept in their order and read on from any of them")
  func order() async throws {
    let stored = try await store.append([event("e1"), event("e2", "u"), event("e3")])
    #expect(stored.map(\.id) == ["e1", "e2", "e3"])
    #expect(stored.map(\.sequence) == [1, 2, 3])
    let first = try #require(stored.first)
    #expect(first.type == "t" && first.conversation == "conv_1" && first.call == "call_1" && first.data == #"{"n":1}"#)
    #expect(try await store.events(after: nil as String?, limit: 10, types: nil) == stored)
    #expect(try await store.events(after: "e1", limit: 1, types: nil).map(\.id) == ["e2"])
    #expect(try await store.events(after: 1, limit: 10, types: ["t"]).map(\.id) == ["e3"])
    #expect(try await store.events(after: "e3", limit: 10, types: nil).isEmpty)
    #expect(try await store.events(after: "e1", limit: 10, types: []).isEmpty)
    #expect(try await store.lastEvent() == stored.last)
    #expect(try await store.append([]).isEmpty)
    #expect(NewEvent(type: "t", at: at(1)).id.hasPrefix("evt_"))
  }

  @Test("an event that is stored twice is there once")
  func twice() async throws {
    let first = try await store.append([event("e1")])
    let hook = NewWebhook(endpoint: "a", event: "e1", body: "b")
    let again = try await store.append([event("e0"), event("e1", "other")], webhooks: [hook, hook], at: at(1))
    #expect(again.last == first.first)
    #expect(try await store.events(after: 0, limit: 10, types: nil).map(\.id) == ["e1", "e0"])
    #expect(try await store.dueWebhooks(endpoint: "a", at: at(1), limit: 10).count == 1)
  }

  @Test("whoever reads on while many write sees every event once and in order, and a killed process keeps them")
  func whileWriting() async throws {
    let store = store
    async let read: [EventRecord] = {
      var seen: [EventRecord] = []
      while seen.count < 600 { seen += try await store.events(after: seen.last?.sequence ?? 0, limit: 50, types: nil) }
      return seen
    }()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<200 {
        group.addTask {
          let stored = try await store.append((0..<3).map { event("e\(writer).\($0)") })
          #expect(stored.map(\.sequence) == stored.first.map { [$0.sequence, $0.sequence + 1, $0.sequence + 2] })
        }
      }
      try await group.waitForAll()
    }
    let seen = try await read
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
    #expect(Set(seen.map(\.id)).count == 600)
    #expect(try await TestStore(afterKilling: test).store.events(after: 0, limit: 1_000, types: nil) == seen)
  }

  @Test("an event and what is to be posted of it are stored together or not at all")
  func together() async throws {
    try await store.append(
      [event("e1")], webhooks: [NewWebhook(endpoint: "a", event: "e1", body: "{}")], at: at(1_000))
    let after = try TestStore(afterKilling: test).store
    #expect(try await after.lastEvent()?.id == "e1")
    #expect(try await after.dueWebhooks(endpoint: "a", at: at(1_000), limit: 10).map(\.event) == ["e1"])

    try await test.pool.write { try $0.execute(sql: "ALTER TABLE webhook RENAME TO elsewhere") }
    await #expect(throws: StoreError.self) {
      try await store.append(
        [event("e2")], webhooks: [NewWebhook(endpoint: "a", event: "e2", body: "{}")], at: at(1_001))
    }
    #expect(try await store.lastEvent()?.id == "e1")
  }

  @Test("old events are forgotten but for the newest, and no sequence is given twice")
  func forgotten() async throws {
    try await store.append((0..<1_200).map { event("e\($0)", at: at(Int64($0))) })
    try await store.forgetEvents(before: at(1_190), keeping: 100)
    #expect(try await store.events(after: 0, limit: 1, types: nil).map(\.id) == ["e1100"])
    try await store.forgetEvents(before: at(1_150), keeping: 0)
    #expect(try await store.events(after: "e5", limit: 1, types: nil).map(\.id) == ["e1150"])
    try await store.forgetEvents(before: at(5_000), keeping: 0)
    #expect(try await store.lastEvent() == nil)
    #expect(try await store.append([event("new")]).map(\.sequence) == [1_201])
  }
}
