import Store
import Testing

@Suite("Messages of customers", .everyStore)
struct IncomingMessageTests {
  let test: TestStore
  var store: RowStore { test.store }
  let ana = phone("34600000001")

  init() throws { test = try TestStore() }

  @Test("a message is stored once, in whichever delivery and order it comes again")
  func once() async throws {
    let ids = (0..<6).map { "wamid.\($0)" }
    let updates: [ChannelUpdate] = ids.map { .message(.test($0, from: [ana])) }
    try await test.deliver(updates)
    let again = try await test.deliver(updates.reversed() + updates)
    #expect(again == Array(repeating: .known, count: 12))
    let conversation = try #require(try await store.conversations(before: nil, limit: 2).first)
    #expect(try await store.messages(of: conversation.id, before: nil, limit: 50).count == 6)
  }

  @Test("the same id on another channel is another message")
  func otherChannel() async throws {
    var other = IncomingMessage.test("id", from: [ana])
    other.channel = "sms"
    let outcomes = try await test.deliver(.message(.test("id", from: [ana])), .message(other))
    #expect(outcomes.count == 2)
    #expect(!outcomes.contains(.known))
    #expect(try await store.message(channel: "sms", channelID: "id")?.channel == "sms")
    #expect(try await store.message(channel: "sms", channelID: "id 2") == nil)
  }

  @Test("all that a message says is kept")
  func fields() async throws {
    let message = IncomingMessage(
      channel: "whatsapp", account: "shop", channelID: "wamid.1", identities: [ana], name: "Ana", sentAt: at(990),
      kind: "image", text: "¿Qué tal? 👋", detail: #"{"id":"1"}"#, replyTo: "wamid.0", wantsAnswer: true)
    try await test.deliver(.message(message))
    let stored = try #require(try await store.message(channel: "whatsapp", channelID: "wamid.1"))
    #expect(stored.text == "¿Qué tal? 👋")
    #expect(stored.kind == "image")
    #expect(stored.detail == #"{"id":"1"}"#)
    #expect(stored.replyTo == "wamid.0")
    #expect(stored.account == "shop")
    #expect(stored.author == .customer)
    #expect(stored.sentAt == at(990))
    #expect(stored.state == .pending)
    let conversation = try #require(try await store.conversation(stored.conversation))
    #expect(conversation.customer.name == "Ana")
    #expect(conversation.customer.identities == [ana])
    #expect(
      conversation.threads == [
        ChatThread(channel: "whatsapp", account: "shop", phone: ana.value, user: nil, lastCustomerAt: at(990))
      ])
  }

  @Test("a message that wants no answer is only noted")
  func noAnswerWanted() async throws {
    let outcomes = try await test.deliver(.message(.test("wamid.1", from: [ana], wantsAnswer: false)))
    guard case .received(_, let conversation, let wantsAnswer) = outcomes.first else {
      Issue.record("nothing was received")
      return
    }
    #expect(!wantsAnswer)
    #expect(try await store.pendingMessages(in: conversation).isEmpty)
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
  }

  @Test("a message from nobody is not stored")
  func fromNobody() async throws {
    #expect(try await test.deliver(.message(.test("wamid.1", from: []))) == [.known])
    #expect(try await store.conversations(before: nil, limit: 1).isEmpty)
  }

  @Test("an edit replaces the words, before or after they come", arguments: [false, true])
  func edit(comesFirst: Bool) async throws {
    let edit = ChannelUpdate.edited(channel: "whatsapp", message: "wamid.1", text: "after")
    if comesFirst { try await test.deliver(edit) }
    try await test.receive("wamid.1", from: ana, text: "before")
    if !comesFirst { try await test.deliver(edit) }
    let stored = try await store.message(channel: "whatsapp", channelID: "wamid.1")
    #expect(stored?.text == "after")
    #expect(stored?.state == .pending)
  }

  @Test("an edit of what waits for its answer is told, so that the answer is begun anew; another is not")
  func editWhileWaiting() async throws {
    let conversation = try await test.receive("wamid.1", from: ana, text: "before")
    let message = try #require(try await store.message(channel: "whatsapp", channelID: "wamid.1"))
    let edit = ChannelUpdate.edited(channel: "whatsapp", message: "wamid.1", text: "after")
    #expect(try await test.deliver(edit) == [.changed(message: message.id, conversation: conversation)])
    #expect(try await test.answer("a", in: conversation, saying: ["msg_1"]) == .committed)
    #expect(try await test.deliver(edit) == [.known])
  }

  @Test("what was taken back is not kept and wants no answer, before or after it comes", arguments: [false, true])
  func revoke(comesFirst: Bool) async throws {
    let revoke = ChannelUpdate.revoked(channel: "whatsapp", message: "wamid.1")
    if comesFirst { try await test.deliver(revoke) }
    let conversation = try await test.receive("wamid.1", from: ana, text: "a secret")
    if !comesFirst { try await test.deliver(revoke) }
    // Neither an edit that was late nor the message itself brings it back.
    try await test.deliver(.edited(channel: "whatsapp", message: "wamid.1", text: "a secret, edited"))
    try await test.receive("wamid.1", from: ana, text: "a secret")
    let stored = try await store.message(channel: "whatsapp", channelID: "wamid.1")
    #expect(stored?.text == "")
    #expect(stored?.kind == "revoked")
    #expect(stored?.state == .noted)
    #expect(try await store.pendingMessages(in: conversation).isEmpty)
  }

  @Test("an edit that comes before and again after the message was taken back does not bring it back")
  func editRevokeBeforeMessage() async throws {
    let edit = ChannelUpdate.edited(channel: "whatsapp", message: "wamid.1", text: "edited")
    try await test.deliver(edit, .revoked(channel: "whatsapp", message: "wamid.1"), edit)
    try await test.receive("wamid.1", from: ana, text: "a secret")
    #expect(
      try await test.texts(of: try #require(try await store.conversations(before: nil, limit: 1).first).id) == [""])
  }

  @Test("a sound that was taken back goes, and what it said is not kept when it is understood too late")
  func revokedMedia() async throws {
    try await test.receive("wamid.1", from: ana)
    let message = try #require(try await store.message(channel: "whatsapp", channelID: "wamid.1"))
    let sound = StoredMedia(id: "media_1", mimeType: "audio/ogg", bytes: [1, 2, 3])
    try await store.understood(message: message.id, text: "words", detail: nil, media: sound, at: at(1_001))
    #expect(try await store.message(channel: "whatsapp", channelID: "wamid.1")?.text == "words")
    #expect(try await store.media("media_1") == sound)

    try await test.deliver(.revoked(channel: "whatsapp", message: "wamid.1"))
    #expect(try await store.media("media_1") == nil)
    try await store.understood(message: message.id, text: "words", detail: "{}", media: sound, at: at(1_002))
    let stored = try await store.message(channel: "whatsapp", channelID: "wamid.1")
    #expect(stored?.text == "")
    #expect(stored?.detail == nil)
    #expect(stored?.media == nil)
    #expect(try await store.media("media_1") == nil)
  }

  @Test("a customer can't change what we said")
  func changesOfOurs() async throws {
    let conversation = try await test.receive("wamid.1", from: ana)
    #expect(try await test.answer("a", in: conversation, saying: ["msg_1"]) == .committed)
    _ = try await store.beginSending(["msg_1"], at: at(1_002))
    try await store.finishSending("msg_1", .sent(channelID: "wamid.2"), at: at(1_002))
    try await test.deliver(
      .edited(channel: "whatsapp", message: "wamid.2", text: "no"), .revoked(channel: "whatsapp", message: "wamid.2"))
    #expect(try await test.message("msg_1")?.text == "text of msg_1")
  }
}
