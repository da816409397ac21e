import Store
import Testing

@Suite("What is kept of a conversation", .everyStore)
struct ConversationTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  @Test("what is kept to know when a person is wanted comes with answers, and goes back with them")
  func watch() async throws {
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    try await store.remember("m1", watch: "w1", in: conversation)
    try await store.remember("m2", in: conversation)
    #expect(try await store.conversation(conversation)?.watch == "w1")
    func commit(_ id: String, watch: String?) async throws -> AnswerOutcome {
      try await store.commit(
        Answer(
          id: id, conversation: conversation, epoch: 0,
          answered: try await store.pendingMessages(in: conversation).map(\.id), messages: [.test("msg_\(id)")],
          watch: watch), at: at(1_010))
    }
    #expect(try await commit("a", watch: "w2") == .committed)
    #expect(try await store.conversation(conversation)?.watch == "w2")
    #expect(try await store.withdraw("a", at: at(1_011)))
    #expect(try await store.conversation(conversation)?.watch == "w1")
    #expect(try await commit("b", watch: nil) == .committed)
    #expect(try await store.conversation(conversation)?.watch == "w1")
    #expect(try await store.conversation(conversation)?.memory == "m2")
  }

  @Test("conversations are found by owner, person, channel and tag")
  func filters() async throws {
    let chat = try await test.receive("wamid.1", from: phone("34600000001"), at: at(1_000))
    let taken = try await test.receive("wamid.2", from: phone("34600000002"), at: at(1_001))
    let called = try await store.conversation(with: [phone("34600000003")], name: nil, at: at(1_002)).id
    try await store.save(
      CallRecord(
        id: "call_1", conversation: called, sipCallID: "x", direction: .inbound, from: "1", to: "2",
        startedAt: at(1_002)))
    _ = try await store.assign(taken, to: .person, person: "ana", ifEpoch: nil, at: at(1_003))
    try await store.tag(chat, ["vip", "es"])
    func found(_ filter: ConversationFilter, before: (Timestamp, String)? = nil) async throws -> [String] {
      try await store.conversations(filter, before: before, limit: 10).map(\.id)
    }
    #expect(try await found(ConversationFilter()) == [taken, called, chat])
    #expect(try await found(ConversationFilter(owner: .assistant)) == [called, chat])
    #expect(try await found(ConversationFilter(owner: .assistant), before: (at(1_002), called)) == [chat])
    #expect(try await found(ConversationFilter(owner: .queue)) == [])
    #expect(try await found(ConversationFilter(person: "ana")) == [taken])
    #expect(try await found(ConversationFilter(person: "bob")) == [])
    #expect(try await found(ConversationFilter(channel: "whatsapp")) == [taken, chat])
    #expect(try await found(ConversationFilter(channel: "phone")) == [called])
    #expect(try await found(ConversationFilter(owner: .person, channel: "phone")) == [])
    #expect(try await found(ConversationFilter(tag: "es")) == [chat])
    #expect(try await found(ConversationFilter(ids: [chat, called, "conv_none"])) == [called, chat])
    #expect(try await found(ConversationFilter(owner: .person, ids: [chat, taken])) == [taken])
    #expect(try await found(ConversationFilter(ids: [])) == [])
    #expect(try await found(ConversationFilter(excluding: [called])) == [taken, chat])
    #expect(try await store.conversation(chat)?.tags == ["vip", "es"])
    try await store.tag(chat, [])
    #expect(try await store.conversation(chat)?.tags == [])
  }

  @Test("calls are found by conversation; recordings and turns are kept with them")
  func calls() async throws {
    let conversation = try await store.conversation(with: [phone("34600000003")], name: nil, at: at(1_002)).id
    var call = CallRecord(
      id: "call_1", conversation: conversation, sipCallID: "x", direction: .inbound, from: "1", to: "2",
      startedAt: at(1_002))
    call.recording = "recordings/call_1.wav"
    call.recordingSeconds = 12.5
    try await store.save(call)
    #expect(try await store.call("call_1") == call)
    // Whoever does not know of the recording does not take it away.
    var other = call
    other.recording = nil
    other.recordingSeconds = nil
    try await store.save(other)
    #expect(try await store.call("call_1") == call)
    other.id = "call_2"
    try await store.save(other)
    other.id = "call_3"
    other.conversation = nil
    try await store.save(other)
    #expect(
      try await store.calls(CallFilter(conversation: conversation), before: nil, limit: 10).map(\.id) == [
        "call_2", "call_1",
      ])
    #expect(
      try await store.calls(CallFilter(conversation: conversation), before: "call_2", limit: 10).map(\.id) == ["call_1"]
    )
    #expect(try await store.calls(before: nil, limit: 10).count == 3)

    try await store.add(turn: TurnRecord(call: "call_1", turn: 2, at: at(1_020), steps: "{}"))
    try await store.add(turn: TurnRecord(call: "call_1", turn: 1, at: at(1_010), steps: "{}"))
    try await store.add(turn: TurnRecord(call: "call_2", turn: 1, at: at(1_015), steps: "{}"))
    let complete = TurnRecord(call: "call_1", turn: 1, at: at(1_010), steps: #"{"first_token":90}"#)
    try await store.add(turn: complete)
    #expect(try await store.turns(of: "call_1").map(\.turn) == [1, 2])
    #expect(try await store.turns(of: "call_1").first == complete)
  }
}
