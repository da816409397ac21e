import Store
import Testing

@Suite("Messages whose fate is unknown", .everyStore)
struct UncertainTests {
  let test: TestStore
  var store: RowStore { test.store }
  let conversation: String

  init() async throws {
    test = try TestStore()
    conversation = try await test.receive("wamid.in", from: phone("34600000001"))
    try await store.enqueue(.test("msg_1"), in: conversation, at: at(1_000))
    #expect(try await store.beginSending(["msg_1"], at: at(1_100)) == ["msg_1"])
    try await store.finishSending("msg_1", .uncertain(until: at(1_500)), at: at(1_100))
  }

  @Test("they are not sent again before all that came until then was read")
  func unreadReport() async throws {
    let early = try await store.keep(channel: "whatsapp", source: "key", body: [1], at: at(1_400))
    let late = try await store.keep(channel: "whatsapp", source: "key", body: [1], at: at(1_501))
    #expect(try await test.due(at: at(1_502)).isEmpty)
    _ = try await store.apply([DeliveryContent(delivery: early, updates: [])], at: at(1_503))
    // What came later holds nothing up.
    #expect(try await test.due(at: at(1_504)) == ["msg_1"])
    _ = try await store.apply([DeliveryContent(delivery: late, updates: [])], at: at(1_505))
    #expect(try await test.due(at: at(1_506)) == ["msg_1"])
  }

  @Test("unread deliveries hold up nothing else")
  func others() async throws {
    let other = try await test.receive("wamid.other", from: phone("34600000002"))
    try await store.enqueue(.test("msg_2"), in: other, at: at(1_000))
    _ = try await store.keep(channel: "whatsapp", source: "key", body: [1], at: at(1_000))
    #expect(try await test.due(at: at(1_600)) == ["msg_2"])
  }

  @Test("after a start they wait anew, since no report could come while nobody listened")
  func start() async throws {
    let after = try TestStore(afterKilling: test)
    try await after.store.recover(uncertainUntil: at(9_000))
    #expect(try await after.due(at: at(8_999)).isEmpty)
    let items = try await after.store.due(channel: "whatsapp", account: "shop", at: at(9_000), limit: 9)
    #expect(items.map(\.key) == ["msg_1"])
    #expect(items.map(\.attempts) == [1])
    try await after.store.recover(uncertainUntil: at(2_000))
    #expect(try await after.due(at: at(8_999)).isEmpty)
  }
}
