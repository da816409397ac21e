import Store
import Testing

@Suite("Deliveries", .everyStore)
struct DeliveryTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  @Test("a delivery is kept as it came and listed until it is applied")
  func keptAndListed() async throws {
    let body: [UInt8] = [0, 1, 255, 10, 0]
    let first = try await store.keep(channel: "whatsapp", source: "a", body: body, at: at(5))
    let second = try await store.keep(channel: "whatsapp", source: "b", body: [], at: at(6))
    #expect(second > first)

    let open = try await store.openDeliveries(limit: 10)
    #expect(open.map(\.id) == [first, second])
    #expect(open.map(\.channel) == ["whatsapp", "whatsapp"])
    #expect(open.map(\.source) == ["a", "b"])
    #expect(open.map(\.body) == [body, []])
    #expect(open.map(\.receivedAt) == [at(5), at(6)])
    #expect(try await store.openDeliveries(limit: 1).map(\.id) == [first])

    _ = try await store.apply([DeliveryContent(delivery: first, updates: [])], at: at(7))
    #expect(try await store.openDeliveries(limit: 10).map(\.id) == [second])
  }

  @Test("a delivery that is applied by many at once is applied once")
  func appliedOnce() async throws {
    let id = try await store.keep(channel: "whatsapp", source: "a", body: [1], at: at(5))
    let content = DeliveryContent(
      delivery: id, updates: [.message(.test("wamid.1", from: [phone("34600000001")]))])
    let store = store
    let news = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 { group.addTask { try await store.apply([content], at: at(6)).count } }
      return try await group.reduce(0, +)
    }
    #expect(news == 1)
    let conversations = try await store.conversations(before: nil, limit: 10)
    #expect(conversations.count == 1)
    #expect(try await store.messages(of: conversations.first?.id ?? "", before: nil, limit: 10).count == 1)
  }

  @Test("outcomes come in the order of the updates, over all deliveries of one step")
  func order() async throws {
    var contents: [DeliveryContent] = []
    for batch in 0..<3 {
      let id = try await store.keep(channel: "whatsapp", source: "a", body: [1], at: at(5))
      contents.append(
        DeliveryContent(
          delivery: id,
          updates: (0..<4).map { .message(.test("wamid.\(batch).\($0)", from: [phone("34600000001")])) }))
    }
    let outcomes = try await store.apply(contents, at: at(6))
    var received: [String] = []
    for case .received(let message, _, _) in outcomes { received.append(message) }
    let conversation = try #require(try await store.conversations(before: nil, limit: 1).first)
    let stored = try await store.messages(of: conversation.id, before: nil, limit: 100).reversed()
    #expect(received == stored.map(\.id))
    #expect(
      stored.map(\.channelID)
        == (0..<3).flatMap { batch in (0..<4).map { "wamid.\(batch).\($0)" } })
  }

  @Test("what was applied is forgotten in time, unless there was a problem or it is still open")
  func forgetting() async throws {
    let fine = try await store.keep(channel: "whatsapp", source: "a", body: [1], at: at(5))
    let odd = try await store.keep(channel: "whatsapp", source: "a", body: [2], at: at(5))
    let late = try await store.keep(channel: "whatsapp", source: "a", body: [3], at: at(5))
    let open = try await store.keep(channel: "whatsapp", source: "a", body: [4], at: at(5))
    _ = try await store.apply(
      [
        DeliveryContent(delivery: fine, updates: []),
        DeliveryContent(delivery: odd, updates: [], problem: "no messages field"),
      ], at: at(10))
    _ = try await store.apply([DeliveryContent(delivery: late, updates: [])], at: at(20))
    try await store.forgetDeliveries(before: at(20))

    let kept = try await test.ids("SELECT id FROM delivery ORDER BY id")
    #expect(kept == [odd, late, open])
    #expect(try await test.ids("SELECT id FROM delivery WHERE problem IS NOT NULL") == [odd])
    #expect(try await store.openDeliveries(limit: 10).map(\.id) == [open])
  }

  @Test("a delivery that was forgotten is not applied any more")
  func forgottenIsNotApplied() async throws {
    let id = try await store.keep(channel: "whatsapp", source: "a", body: [1], at: at(5))
    _ = try await store.apply([DeliveryContent(delivery: id, updates: [])], at: at(10))
    try await store.forgetDeliveries(before: at(20))
    let outcomes = try await store.apply(
      [DeliveryContent(delivery: id, updates: [.message(.test("wamid.1", from: [phone("34600000001")]))])],
      at: at(30))
    #expect(outcomes.isEmpty)
    // Nor does a later delivery get its number.
    #expect(try await store.keep(channel: "whatsapp", source: "a", body: [1], at: at(31)) > id)
  }
}
