import Store
import Testing

@Suite("Calls", .everyStore)
struct CallTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  private func call(_ id: String, conversation: String? = nil) -> CallRecord {
    CallRecord(
      id: id, conversation: conversation, sipCallID: "\(id)@example", direction: .outbound, from: "100",
      to: "34600000001", assistant: "shop", metadata: #"{"order":7}"#, startedAt: at(1_000))
  }

  @Test("a call is stored with each of its states")
  func states() async throws {
    var record = call("call_1")
    try await store.save(record)
    #expect(try await store.call("call_1") == record)
    record.answeredAt = at(1_005)
    record.endedAt = at(1_060)
    record.reason = "hung up"
    record.media = "{}"
    record.conversation = try await store.conversation(with: [phone("34600000001")], name: nil, at: at(1_001)).id
    try await store.save(record)
    #expect(try await store.call("call_1") == record)
    #expect(try await store.call("call_2") == nil)
  }

  @Test("calls are listed by their names, the newest first")
  func listed() async throws {
    var ids: [String] = []
    for index in 0..<5 {
      ids.append(RecordID.make("call", at: at(1_000 + Int64(index))))
      try await store.save(call(ids[index]))
    }
    #expect(try await store.calls(before: nil, limit: 10).map(\.id) == ids.reversed())
    #expect(try await store.calls(before: ids[3], limit: 2).map(\.id) == [ids[2], ids[1]])
  }

  @Test("what is said in a call is part of the conversation and waits for nobody")
  func spoken() async throws {
    let conversation = try await store.conversation(with: [phone("34600000001")], name: nil, at: at(900)).id
    for (author, text) in [(MessageAuthor.assistant, "good day"), (.customer, "hello"), (.system, "failed")] {
      try await store.add(
        SpokenMessage(conversation: conversation, call: "call_1", author: author, text: text, at: at(1_000)))
    }
    try await store.add(
      SpokenMessage(conversation: "none", call: "call_1", author: .customer, text: "?", at: at(1_000)))
    let messages = try await store.messages(of: conversation, before: nil, limit: 10).reversed()
    #expect(messages.map(\.text) == ["good day", "hello", "failed"])
    #expect(messages.map(\.author) == [.assistant, .customer, .system])
    #expect(messages.allSatisfy { $0.channel == "phone" && $0.kind == "speech" && $0.call == "call_1" })
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
    #expect(try await store.conversation(conversation)?.updatedAt == at(1_000))
  }

  @Test("the memory of a dialogue is kept, and forgotten on wish")
  func memory() async throws {
    let conversation = try await store.conversation(with: [phone("34600000001")], name: nil, at: at(900)).id
    try await store.remember(#"{"name":"Ana"}"#, in: conversation)
    #expect(try await store.conversation(conversation)?.memory == #"{"name":"Ana"}"#)
    try await store.remember(nil, in: conversation)
    #expect(try await store.conversation(conversation)?.memory == nil)
  }

  @Test("a memory never takes the place of one that somebody else has written since it was read")
  func memoryOfTwo() async throws {
    let conversation = try await store.conversation(with: [phone("34600000001")], name: nil, at: at(900)).id
    #expect(try await store.remember("call", watch: "w1", in: conversation, replacing: nil) == .stored)
    #expect(
      try await store.remember("chat", watch: "w2", in: conversation, replacing: nil) == .changed(current: "call"))
    #expect(try await store.conversation(conversation)?.memory == "call")
    #expect(try await store.conversation(conversation)?.watch == "w1")
    #expect(try await store.remember("chat", watch: nil, in: conversation, replacing: "call") == .stored)
    #expect(try await store.conversation(conversation)?.memory == "chat")
    #expect(try await store.conversation(conversation)?.watch == "w1")
  }
}
