import Store
import Testing

@Suite("Reports on our messages", .everyStore)
struct StatusTests {
  let test: TestStore
  var store: RowStore { test.store }
  let conversation: String

  init() async throws {
    test = try TestStore()
    conversation = try await test.receive("wamid.in", from: phone("34600000001"))
    #expect(try await test.answer("a", in: conversation, saying: ["msg_1"]) == .committed)
  }

  private func send(as channelID: String = "wamid.1") async throws {
    #expect(try await store.beginSending(["msg_1"], at: at(1_100)) == ["msg_1"])
    try await store.finishSending("msg_1", .sent(channelID: channelID), at: at(1_100))
  }

  @Test("in whichever order reports come, a message ends where it has come to", arguments: 0..<24)
  func anyOrder(permutation: Int) async throws {
    try await send()
    var states: [MessageState] = [.sent, .delivered, .read, .played]
    var order: [MessageState] = []
    var rest = permutation
    while !states.isEmpty {
      order.append(states.remove(at: rest % states.count))
      rest /= states.count + 1
    }
    var last = 1
    for state in order {
      let outcomes = try await test.deliver(.status(.test(state, "wamid.1")))
      let now = try #require(try await test.message("msg_1")?.state.progress)
      #expect(now >= last)
      #expect((outcomes == [.known]) == (now == last))
      last = now
    }
    #expect(try await test.message("msg_1")?.state == .played)
  }

  @Test("a report tells of which message and conversation it is")
  func outcome() async throws {
    try await send()
    let outcomes = try await test.deliver(.status(.test(.delivered, "wamid.1", key: "msg_1")))
    #expect(outcomes == [.status(message: "msg_1", conversation: conversation, .delivered, code: nil)])
  }

  @Test("read may come before delivered, which is no news then")
  func readFirst() async throws {
    try await send()
    try await test.deliver(.status(.test(.read, "wamid.1")))
    #expect(try await test.deliver(.status(.test(.delivered, "wamid.1"))) == [.known])
    #expect(try await test.message("msg_1")?.state == .read)
  }

  @Test("what has failed stays failed, and says why")
  func failedIsTerminal() async throws {
    try await send()
    let outcomes = try await test.deliver(.status(.test(.failed, "wamid.1", code: 131_047)))
    #expect(outcomes == [.status(message: "msg_1", conversation: conversation, .failed, code: 131_047)])
    for state in [MessageState.sent, .delivered, .read, .failed] {
      #expect(try await test.deliver(.status(.test(state, "wamid.1"))) == [.known])
    }
    let message = try await test.message("msg_1")
    #expect(message?.state == .failed)
    #expect(message?.failure == "failed with 131047")
  }

  @Test("what a device has got can't fail any more")
  func deliveredDoesNotFail() async throws {
    try await send()
    try await test.deliver(.status(.test(.delivered, "wamid.1")))
    #expect(try await test.deliver(.status(.test(.failed, "wamid.1", code: 1))) == [.known])
    #expect(try await test.message("msg_1")?.state == .delivered)
  }

  enum Lost: CaseIterable { case sending, uncertain, retried }

  @Test("a report with our key stands in for a response that was lost", arguments: Lost.allCases)
  func responseLost(lost: Lost) async throws {
    _ = try await store.beginSending(["msg_1"], at: at(1_100))
    switch lost {
    case .sending: break
    case .uncertain: try await store.finishSending("msg_1", .uncertain(until: at(1_400)), at: at(1_100))
    case .retried:
      try await store.finishSending("msg_1", .retry(at: at(1_400), counts: true, reason: "500"), at: at(1_100))
    }
    try await test.deliver(.status(.test(.delivered, "wamid.1", key: "msg_1")))
    let message = try await test.message("msg_1")
    #expect(message?.channelID == "wamid.1")
    #expect(message?.state == .delivered)
    #expect(try await test.due(at: at(9_000)).isEmpty)
    #expect(try await test.strays().isEmpty)

    // The response may come in the end.
    try await store.finishSending("msg_1", .sent(channelID: "wamid.1"), at: at(1_600))
    try await store.finishSending("msg_1", .uncertain(until: at(1_700)), at: at(1_600))
    try await store.finishSending("msg_1", .failed(code: 1, reason: "no"), at: at(1_600))
    #expect(try await test.message("msg_1") == message)
    #expect(try await test.strays().isEmpty)
  }

  @Test("a report of an older attempt says nothing of the one that counts")
  func olderAttempt() async throws {
    _ = try await store.beginSending(["msg_1"], at: at(1_100))
    try await store.finishSending("msg_1", .uncertain(until: at(1_200)), at: at(1_100))
    _ = try await store.beginSending(["msg_1"], at: at(1_200))
    try await store.finishSending("msg_1", .sent(channelID: "wamid.2"), at: at(1_200))
    #expect(try await test.deliver(.status(.test(.failed, "wamid.1", key: "msg_1", code: 1))) == [.known])
    #expect(try await test.message("msg_1")?.state == .sent)
    #expect(try await test.message("msg_1")?.channelID == "wamid.2")
  }

  @Test("a report about nothing of ours, or of a customer's, changes nothing")
  func notOurs() async throws {
    let incoming = try #require(try await store.message(channel: "whatsapp", channelID: "wamid.in"))
    try await store.add(
      SpokenMessage(conversation: conversation, call: "call_1", author: .assistant, text: "hi", at: at(1_000)))
    let spoken = try #require(try await store.messages(of: conversation, before: nil, limit: 1).first)
    let outcomes = try await test.deliver(
      .status(.test(.read, "wamid.9")), .status(.test(.read, "wamid.9", key: "msg_9")),
      .status(.test(.read, "wamid.in")), .status(.test(.read, "wamid.9", key: incoming.id)),
      .status(.test(.read, "wamid.9", key: spoken.id)), .status(.test(.queued, "wamid.9", key: "msg_1")))
    #expect(outcomes == Array(repeating: .known, count: 6))
    #expect(try await test.message(incoming.id) == incoming)
    #expect(try await test.message(spoken.id) == spoken)
    #expect(try await test.due() == ["msg_1"])
  }

  @Test("an id that the channel gives twice stops neither its report nor the rest of the delivery")
  func idGivenTwice() async throws {
    try await send()
    try await store.enqueue(.test("msg_2"), in: conversation, at: at(1_200))
    try await store.enqueue(.test("msg_3"), in: conversation, at: at(1_200))
    _ = try await store.beginSending(["msg_2"], at: at(1_300))
    try await store.finishSending("msg_2", .sent(channelID: "wamid.1"), at: at(1_300))
    #expect(try await test.message("msg_2")?.state == .sent)
    let outcomes = try await test.deliver(
      .status(.test(.delivered, "wamid.1", key: "msg_3")),
      .message(.test("wamid.in2", from: [phone("34600000001")])))
    #expect(outcomes.count == 2)
    #expect(try await test.message("msg_3")?.state == .delivered)
    #expect(try await test.strays().isEmpty)
  }
}
