import Store
import Testing

@Suite("The outbox", .everyStore)
struct OutboxTests {
  let test: TestStore
  var store: RowStore { test.store }
  let conversation: String

  init() async throws {
    test = try TestStore()
    conversation = try await test.receive("wamid.in", from: phone("34600000001"))
  }

  private func enqueue(_ keys: String..., in other: String? = nil, at now: Timestamp = at(1_000)) async throws {
    for key in keys { try await store.enqueue(.test(key), in: other ?? conversation, at: now) }
  }

  private func send(_ key: String, _ outcome: SendOutcome, at now: Timestamp = at(1_100)) async throws {
    #expect(try await store.beginSending([key], at: now) == [key])
    try await store.finishSending(key, outcome, at: now)
  }

  @Test("in one conversation one is sent after the other")
  func inOrder() async throws {
    try await enqueue("msg_1", "msg_2", "msg_3")
    for key in ["msg_1", "msg_2", "msg_3"] {
      #expect(try await test.due() == [key])
      #expect(try await store.beginSending([key], at: at(2_000)) == [key])
      #expect(try await test.due().isEmpty)
      #expect(try await store.nextDue(channel: "whatsapp", account: "shop") == nil)
      try await store.finishSending(key, .sent(channelID: "wamid.\(key)"), at: at(2_000))
      #expect(try await test.message(key)?.channelID == "wamid.\(key)")
      #expect(try await test.message(key)?.state == .sent)
    }
    #expect(try await test.due().isEmpty)
    #expect(try await test.strays().isEmpty)
  }

  @Test("conversations do not wait for each other, the longest waiting comes first, accounts are apart")
  func manyConversations() async throws {
    let second = try await test.receive("wamid.in2", from: phone("34600000002"))
    let third = try await test.receive("wamid.in3", from: phone("34600000003"))
    try await enqueue("msg_3", in: third, at: at(1_003))
    try await enqueue("msg_2a", "msg_2b", in: second, at: at(1_002))
    try await enqueue("msg_1", at: at(1_001))
    #expect(try await test.due() == ["msg_1", "msg_2a", "msg_3"])
    #expect(try await test.due(limit: 2) == ["msg_1", "msg_2a"])
    #expect(try await test.due(at: at(1_002)) == ["msg_1", "msg_2a"])
    #expect(try await test.due(at: at(900)).isEmpty)
    #expect(try await store.nextDue(channel: "whatsapp", account: "shop") == at(1_001))
    #expect(try await store.due(channel: "whatsapp", account: "office", at: at(2_000), limit: 9).isEmpty)
    try await store.enqueue(.test("msg_4", account: "office"), in: conversation, at: at(1_004))
    #expect(
      try await store.due(channel: "whatsapp", account: "office", at: at(2_000), limit: 9).map(\.key) == ["msg_4"])
  }

  @Test("an item carries all that is needed to send it")
  func fields() async throws {
    let message = OutgoingMessage(
      key: "msg_1", thread: ChatThread(channel: "whatsapp", account: "shop", phone: "34600000001", user: "ES.1"),
      author: .person, kind: "audio", text: "words", payload: #"{"a":1}"#,
      media: StoredMedia(id: "media_1", mimeType: "audio/ogg", bytes: [1]), replyTo: "wamid.in")
    try await store.enqueue(message, in: conversation, at: at(1_000))
    let item = try #require(try await store.due(channel: "whatsapp", account: "shop", at: at(1_000), limit: 1).first)
    #expect(item.key == "msg_1")
    #expect(item.conversation == conversation)
    // With when the customer last wrote there, which decides whether it may be sent.
    var thread = message.thread
    thread.lastCustomerAt = item.thread.lastCustomerAt
    #expect(item.thread == thread)
    #expect(thread.lastCustomerAt != nil)
    #expect(item.payload == message.payload)
    #expect(item.media == "media_1")
    #expect(item.replyTo == "wamid.in")
    #expect(item.state == .queued)
    #expect(item.attempts == 0)
    #expect(item.dueAt == at(1_000))
    let stored = try await test.message("msg_1")
    #expect(stored?.author == .person)
    #expect(stored?.media == "media_1")
    #expect(stored?.text == "words")
  }

  @Test("of many senders at once one may make the request")
  func oneSender() async throws {
    try await enqueue("msg_1")
    let store = store
    let begun = try await withThrowingTaskGroup(of: Set<String>.self) { group in
      for _ in 0..<50 { group.addTask { try await store.beginSending(["msg_1"], at: at(1_100)) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(begun == ["msg_1"])
    #expect(try await store.beginSending([], at: at(1_100)).isEmpty)
    #expect(try await store.beginSending(["msg_none"], at: at(1_100)).isEmpty)
  }

  @Test("what is tried again waits for its time, and its conversation with it")
  func retry() async throws {
    try await enqueue("msg_1", "msg_2")
    try await send("msg_1", .retry(at: at(1_500), counts: true, reason: "rate limit"))
    #expect(try await test.due(at: at(1_499)).isEmpty)
    #expect(try await store.beginSending(["msg_1"], at: at(1_499)) == [])
    #expect(try await store.nextDue(channel: "whatsapp", account: "shop") == at(1_500))
    var item = try await store.due(channel: "whatsapp", account: "shop", at: at(1_500), limit: 9)
    #expect(item.map(\.key) == ["msg_1"])
    #expect(item.map(\.attempts) == [1])
    #expect(try await test.message("msg_1")?.failure == "rate limit")
    try await send("msg_1", .retry(at: at(1_600), counts: false, reason: "paused"), at: at(1_500))
    item = try await store.due(channel: "whatsapp", account: "shop", at: at(1_600), limit: 9)
    #expect(item.map(\.attempts) == [1])
    try await send("msg_1", .sent(channelID: "wamid.1"), at: at(1_600))
    #expect(try await test.message("msg_1")?.failure == nil)
    #expect(try await test.due() == ["msg_2"])
  }

  @Test("what is uncertain blocks its conversation until its time, and is sent again then")
  func uncertain() async throws {
    try await enqueue("msg_1", "msg_2")
    try await send("msg_1", .uncertain(until: at(1_500)))
    #expect(try await test.due(at: at(1_499)).isEmpty)
    #expect(try await store.nextDue(channel: "whatsapp", account: "shop") == at(1_500))
    let items = try await store.due(channel: "whatsapp", account: "shop", at: at(1_500), limit: 9)
    #expect(items.map(\.key) == ["msg_1"])
    #expect(items.map(\.state) == [.uncertain])
    #expect(items.map(\.attempts) == [1])
    try await send("msg_1", .sent(channelID: "wamid.1"), at: at(1_500))
    #expect(try await test.due() == ["msg_2"])
  }

  @Test("what is held blocks nothing, and goes once the customer writes to that account")
  func held() async throws {
    try await enqueue("msg_1", "msg_2", "msg_3")
    try await send("msg_1", .held(reason: "window closed"))
    #expect(try await test.message("msg_1")?.state == .queued)
    #expect(try await test.message("msg_1")?.failure == "window closed")
    #expect(try await test.due() == ["msg_2"])
    #expect(try await store.beginSending(["msg_1"], at: at(1_200)) == [])
    try await send("msg_2", .held(reason: "window closed"))
    try await send("msg_3", .sent(channelID: "wamid.3"))
    #expect(try await test.due().isEmpty)
    #expect(try await store.nextDue(channel: "whatsapp", account: "shop") == nil)

    var elsewhere = IncomingMessage.test("wamid.in2", from: [phone("34600000001")])
    elsewhere.account = "office"
    try await test.deliver(.message(elsewhere))
    try await test.receive("wamid.in3", from: phone("34600000002"))
    #expect(try await test.due().isEmpty)

    try await test.receive("wamid.in4", from: phone("34600000001"), at: at(1_300))
    #expect(try await test.due(at: at(1_300)) == ["msg_1"])
    try await send("msg_1", .sent(channelID: "wamid.1"), at: at(1_300))
    #expect(try await test.due(at: at(1_300)) == ["msg_2"])
  }

  @Test("what was held and goes now waits until nothing else of its conversation is under way")
  func heldWhileSending() async throws {
    try await enqueue("msg_1", "msg_2")
    try await send("msg_1", .held(reason: "window closed"))
    _ = try await store.beginSending(["msg_2"], at: at(1_200))
    try await test.receive("wamid.in2", from: phone("34600000001"), at: at(1_300))
    #expect(try await test.due().isEmpty)
    try await store.finishSending("msg_2", .sent(channelID: "wamid.2"), at: at(1_300))
    #expect(try await test.due() == ["msg_1"])
  }

  @Test("what can't be sent has failed, says why, and blocks nothing")
  func failed() async throws {
    try await enqueue("msg_1", "msg_2")
    try await send("msg_1", .failed(code: 131_026, reason: "not on WhatsApp"))
    #expect(try await test.message("msg_1")?.state == .failed)
    #expect(try await test.message("msg_1")?.failure == "not on WhatsApp")
    #expect(try await test.due() == ["msg_2"])
    #expect(try await test.strays().isEmpty)
  }

  @Test("what is sent in another form keeps its place and has no sound any more")
  func replaced() async throws {
    var message = OutgoingMessage.test("msg_1")
    message.media = StoredMedia(id: "media_1", mimeType: "audio/ogg", bytes: [1])
    message.kind = "audio"
    try await store.enqueue(message, in: conversation, at: at(1_000))
    try await enqueue("msg_2")
    try await send("msg_1", .replaced(payload: #"{"text":1}"#, kind: "text", reason: "no sounds there"))
    let items = try await store.due(channel: "whatsapp", account: "shop", at: at(1_200), limit: 9)
    #expect(items.map(\.key) == ["msg_1"])
    #expect(items.first?.payload == #"{"text":1}"#)
    #expect(items.first?.media == nil)
    #expect(items.first?.attempts == 1)
    #expect(try await test.message("msg_1")?.kind == "text")
  }

  @Test("what was being sent when the process was killed is uncertain after the start")
  func killed() async throws {
    let second = try await test.receive("wamid.in2", from: phone("34600000002"))
    try await enqueue("msg_1", "msg_2")
    try await enqueue("msg_3", in: second)
    _ = try await store.beginSending(["msg_1"], at: at(1_100))
    let after = try TestStore(afterKilling: test)
    try await after.store.recover(uncertainUntil: at(1_500))
    #expect(try await after.due(at: at(1_499)) == ["msg_3"])
    let items = try await after.store.due(channel: "whatsapp", account: "shop", at: at(1_500), limit: 9)
    #expect(Set(items.map(\.key)) == ["msg_1", "msg_3"])
    #expect(items.first { $0.key == "msg_1" }?.state == .uncertain)
    #expect(items.first { $0.key == "msg_1" }?.attempts == 1)
    // A report that comes meanwhile tells that the channel has it.
    try await after.deliver(.status(.test(.sent, "wamid.1", key: "msg_1")))
    #expect(Set(try await after.due(at: at(1_500))) == ["msg_2", "msg_3"])
  }

  @Test("a key is used once")
  func keyOnce() async throws {
    try await enqueue("msg_1")
    await #expect(throws: StoreError.self) { try await enqueue("msg_1") }
    try await send("msg_1", .sent(channelID: "wamid.1"))
    await #expect(throws: StoreError.self) { try await enqueue("msg_1") }
    #expect(try await test.due().isEmpty)
  }
}
