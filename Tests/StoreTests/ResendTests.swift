import Store
import Testing

@Suite("Messages that are sent anew after the channel reported a failure", .everyStore)
struct ResendTests {
  let test: TestStore
  var store: RowStore { test.store }
  let conversation: String

  init() async throws {
    test = try TestStore()
    conversation = try await test.receive("wamid.in", from: phone("34600000001"))
    try await store.enqueue(.test("msg_1"), in: conversation, at: at(1_000))
    try await send(as: "wamid.1")
    try await test.deliver(.status(.test(.failed, "wamid.1", key: "msg_1", code: 131_000)))
    #expect(try await store.resend("msg_1", payload: "{}", isHeld: false, notBefore: at(1_200)))
  }

  private func send(as channelID: String) async throws {
    #expect(try await store.beginSending(["msg_1"], at: at(1_500)) == ["msg_1"])
    try await store.finishSending("msg_1", .sent(channelID: channelID), at: at(1_500))
  }

  @Test("the failure that comes again, as deliveries do, does not end the new attempt")
  func repeatedFailure() async throws {
    let again = ChannelUpdate.status(.test(.failed, "wamid.1", key: "msg_1", code: 131_000))
    #expect(try await test.deliver(again) == [.known])
    #expect(try await test.message("msg_1")?.state == .queued)
    #expect(try await test.due(at: at(1_500)) == ["msg_1"])
    try await send(as: "wamid.2")
    #expect(try await test.deliver(again) == [.known])
    #expect(try await test.message("msg_1")?.state == .sent)
    #expect(try await test.message("msg_1")?.channelID == "wamid.2")
  }

  @Test("it happens once: a second failure is the last word")
  func once() async throws {
    try await send(as: "wamid.2")
    try await test.deliver(.status(.test(.failed, "wamid.2", key: "msg_1", code: 131_000)))
    #expect(try await test.message("msg_1")?.state == .failed)
    #expect(try await store.resend("msg_1", payload: "{}", isHeld: false, notBefore: at(2_000)) == false)
    #expect(try await test.due(at: at(9_000)).isEmpty)
  }
}
