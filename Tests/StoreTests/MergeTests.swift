import Store
import Testing

@Suite("Two customers turn out to be one", .everyStore)
struct MergeTests {
  let test: TestStore
  var store: RowStore { test.store }
  let number = phone("34600000001")

  init() throws { test = try TestStore() }

  /// A conversation by number and one by user id, before they become one.
  private func two() async throws -> (byNumber: String, byUser: String) {
    (
      try await test.receive("wamid.1", from: number, text: "one", at: at(1_000)),
      try await test.receive("wamid.2", from: user("ES.1"), text: "two", at: at(1_010))
    )
  }

  private func merge(_ channelID: String = "wamid.merge", at now: Timestamp = at(1_100)) async throws {
    try await test.receive(channelID, from: user("ES.1"), number, text: "three", at: now)
  }

  @Test("all messages, calls and wishes of both are the one's")
  func everything() async throws {
    let (from, into) = try await two()
    let call = CallRecord(
      id: "call_1", conversation: from, sipCallID: "1@example", direction: .inbound, from: "a", to: "b",
      startedAt: at(900))
    try await store.save(call)
    try await store.add(
      SpokenMessage(conversation: from, call: "call_1", author: .customer, text: "said", at: at(1_005)))
    try await merge()
    #expect(try await test.texts(of: into) == ["one", "two", "said", "three"])
    #expect(try await test.texts(of: from) == ["one", "two", "said", "three"])
    #expect(try await store.pendingMessages(in: from).count == 3)
    #expect(try await store.call("call_1")?.conversation == into)
    #expect(try await store.conversations(before: nil, limit: 10).map(\.id) == [into])

    // What still goes by the old name reaches the one, too.
    try await store.save(call)
    try await store.add(
      SpokenMessage(conversation: from, call: "call_1", author: .customer, text: "more", at: at(1_200)))
    try await store.remember("memory", in: from)
    try await store.enqueue(.test("msg_9"), in: from, at: at(1_200))
    #expect(try await store.call("call_1")?.conversation == into)
    #expect(try await test.texts(of: into).suffix(2) == ["more", "text of msg_9"])
    #expect(try await store.conversation(into)?.memory == "memory")
    #expect(
      try await store.escalate(from, NewEscalation(reason: "r", channel: "phone"), at: at(1_300))?.conversation == into)
    #expect(try await store.conversation(into)?.owner == .queue)
    #expect(try await store.assign(from, to: .person, person: "p", ifEpoch: nil, at: at(1_301)) != nil)
    #expect(try await store.conversation(into)?.person == "p")
  }

  @Test("a second merge leads all the earlier names to the last one")
  func twice() async throws {
    let last = try await test.receive("wamid.0", from: phone("34600000002"), at: at(900))
    let (first, second) = try await two()
    try await merge()
    // The user id appeared after the change that made it, so it is the same person's.
    let change = ChannelUpdate.identityChanged(
      channel: "whatsapp", from: phone("34600000002"), to: [user("ES.1")], at: at(950))
    #expect(try await test.deliver(change, at: at(1_200)) == [.merged(conversation: second, into: last)])
    for conversation in [first, second, last] {
      #expect(try await store.conversation(conversation)?.id == last)
      #expect(try await test.texts(of: conversation) == ["hello", "one", "two", "three"])
    }
  }

  @Test("the epoch grows beyond both, so that an answer under way to either is thrown away")
  func epoch() async throws {
    let (from, into) = try await two()
    for _ in 0..<3 { _ = try await store.assign(from, to: .assistant, person: nil, ifEpoch: nil, at: at(1_020)) }
    let before = try #require(try await store.conversation(into)?.epoch)
    let waiting = try await store.pendingMessages(in: into).map(\.id)
    try await merge()
    #expect(try await store.conversation(into)?.epoch == 4)
    for conversation in [from, into] {
      let answer = Answer(
        id: "a", conversation: conversation, epoch: before, answered: waiting, messages: [.test("msg_1")])
      #expect(try await store.commit(answer, at: at(1_101)) == .obsolete)
    }
    #expect(try await store.assign(from, to: .person, person: "p", ifEpoch: 4, at: at(1_102)) == nil)
    #expect(try await store.pendingMessages(in: into).count == 3)
  }

  @Test("what either had in the outbox is sent, one after the other")
  func outbox() async throws {
    let (from, into) = try await two()
    try await store.enqueue(.test("msg_1"), in: from, at: at(1_020))
    try await store.enqueue(.test("msg_2"), in: into, at: at(1_020))
    try await store.enqueue(.test("msg_3"), in: from, at: at(1_020))
    #expect(try await store.beginSending(["msg_1", "msg_2"], at: at(1_030)) == ["msg_1", "msg_2"])
    try await merge()
    #expect(try await test.due().isEmpty)
    try await store.finishSending("msg_1", .sent(channelID: "wamid.o1"), at: at(1_110))
    #expect(try await test.due().isEmpty)
    try await store.finishSending("msg_2", .sent(channelID: "wamid.o2"), at: at(1_110))
    #expect(try await test.due() == ["msg_3"])
  }

  @Test("a person who is there on either side is there for both, and nothing waits for the assistant")
  func person() async throws {
    let (from, into) = try await two()
    _ = try await store.escalate(into, NewEscalation(reason: "lost", channel: "whatsapp"), at: at(1_019))
    _ = try await store.assign(from, to: .person, person: "maria", ifEpoch: nil, at: at(1_020))
    try await merge()
    let record = try #require(try await store.conversation(into))
    #expect(record.owner == .person)
    #expect(record.person == "maria")
    #expect(try await store.escalations(.waiting, limit: 10).isEmpty)
    #expect(try await store.escalations(.claimed, limit: 10).map(\.person) == ["maria"])
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
  }

  @Test("the threads of both are there; at the same place, the later one counts")
  func threads() async throws {
    let (from, into) = try await two()
    var elsewhere = IncomingMessage.test("wamid.3", from: [number], sent: at(1_020))
    elsewhere.account = "office"
    try await test.deliver(.message(elsewhere), at: at(1_020))
    #expect(try await store.conversation(from)?.threads.count == 2)
    try await merge()
    let threads = try await store.conversation(into)?.threads
    #expect(
      threads == [
        ChatThread(channel: "whatsapp", account: "office", phone: number.value, user: nil, lastCustomerAt: at(1_020)),
        ChatThread(
          channel: "whatsapp", account: "shop", phone: number.value, user: "ES.1", lastCustomerAt: at(1_100)),
      ])
  }

  @Test("what one side remembers is not lost to an answer that is taken back")
  func memory() async throws {
    let (from, into) = try await two()
    #expect(try await test.answer("a", in: into, saying: ["msg_1"], memory: "into") == .committed)
    try await store.remember("from", in: from)
    try await merge()
    #expect(try await store.conversation(into)?.memory == "into")
    #expect(try await store.withdraw("a", at: at(1_200)) == false)
    #expect(try await store.conversation(into)?.memory == "into")
  }
}
