import Store
import Testing

@Suite("Answers", .everyStore)
struct AnswerTests {
  let test: TestStore
  var store: RowStore { test.store }
  let ana = phone("34600000001")
  let conversation: String

  init() async throws {
    test = try TestStore()
    conversation = try await test.receive("wamid.1", from: ana)
  }

  @Test("an answer and its messages in the outbox are stored in one step")
  func committed() async throws {
    #expect(try await store.conversationsAwaitingAnswer() == [conversation])
    #expect(try await test.answer("a", in: conversation, saying: ["msg_1", "msg_2"], memory: "m") == .committed)
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
    #expect(try await store.message(channel: "whatsapp", channelID: "wamid.1")?.state == .answered)
    #expect(try await store.conversation(conversation)?.memory == "m")
    #expect(try await test.message("msg_2")?.state == .queued)
    #expect(try await test.due() == ["msg_1"])
    #expect(try await test.strays().isEmpty)

    let after = try TestStore(afterKilling: test)
    #expect(try await after.due() == ["msg_1"])
    #expect(try await after.strays().isEmpty)
  }

  @Test("an answer of which one message can't be stored is not stored at all")
  func wholeOrNot() async throws {
    try await store.enqueue(.test("msg_2"), in: conversation, at: at(1_000))
    await #expect(throws: StoreError.self) {
      _ = try await test.answer("a", in: conversation, saying: ["msg_1", "msg_2"], memory: "m")
    }
    #expect(try await test.message("msg_1") == nil)
    #expect(try await store.conversation(conversation)?.memory == nil)
    #expect(try await store.pendingMessages(in: conversation).count == 1)
    #expect(try await test.due() == ["msg_2"])
  }

  @Test("an answer to less than was written is superseded, and changes nothing")
  func superseded() async throws {
    let waiting = try await store.pendingMessages(in: conversation).map(\.id)
    try await test.receive("wamid.2", from: ana)
    let answer = Answer(
      id: "a", conversation: conversation, epoch: 0, answered: waiting, messages: [.test("msg_1")], memory: "m")
    #expect(try await store.commit(answer, at: at(1_001)) == .superseded)
    #expect(try await store.pendingMessages(in: conversation).count == 2)
    #expect(try await test.due().isEmpty)
    #expect(try await store.conversation(conversation)?.memory == nil)
  }

  @Test("an answer to more than still waits is begun anew, and is obsolete if nothing waits")
  func revoked() async throws {
    try await test.receive("wamid.2", from: ana)
    let waiting = try await store.pendingMessages(in: conversation).map(\.id)
    let answer = Answer(id: "a", conversation: conversation, epoch: 0, answered: waiting, messages: [])
    try await test.deliver(.revoked(channel: "whatsapp", message: "wamid.1"))
    #expect(try await store.commit(answer, at: at(1_001)) == .superseded)
    try await test.deliver(.revoked(channel: "whatsapp", message: "wamid.2"))
    #expect(try await store.commit(answer, at: at(1_001)) == .obsolete)
  }

  @Test("an answer is obsolete once given, and under another epoch")
  func obsolete() async throws {
    let waiting = try await store.pendingMessages(in: conversation).map(\.id)
    func answer(_ id: String, epoch: Int64) -> Answer {
      Answer(id: id, conversation: conversation, epoch: epoch, answered: waiting, messages: [.test("msg_\(id)")])
    }
    #expect(try await store.commit(answer("a", epoch: 1), at: at(1_001)) == .obsolete)
    #expect(try await store.commit(answer("b", epoch: 0), at: at(1_001)) == .committed)
    #expect(try await store.commit(answer("c", epoch: 0), at: at(1_001)) == .obsolete)
    #expect(try await test.due() == ["msg_b"])
    var lost = answer("d", epoch: 0)
    lost.conversation = "conv_none"
    #expect(try await store.commit(lost, at: at(1_001)) == .obsolete)
  }

  @Test("of many answers at once to the same question one is given")
  func race() async throws {
    let waiting = try await store.pendingMessages(in: conversation).map(\.id)
    let (store, conversation) = (store, conversation)
    let outcomes = try await withThrowingTaskGroup(of: AnswerOutcome.self) { group in
      for index in 0..<50 {
        group.addTask {
          try await store.commit(
            Answer(
              id: "a\(index)", conversation: conversation, epoch: 0, answered: waiting,
              messages: [.test("msg_\(index)")]), at: at(1_001))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 == .committed }.count == 1)
    #expect(outcomes.filter { $0 == .obsolete }.count == 49)
    #expect(try await test.due().count == 1)
  }

  @Test("whoever floods us is answered in portions")
  func flood() async throws {
    let updates: [ChannelUpdate] = (0..<450).map { .message(.test("wamid.f\($0)", from: [ana])) }
    try await test.deliver(updates)
    var portions: [Int] = []
    for index in 0..<10 {
      let waiting = try await store.pendingMessages(in: conversation).count
      guard waiting > 0 else { break }
      portions.append(waiting)
      #expect(try await test.answer("a\(index)", in: conversation, saying: ["msg_\(index)"]) == .committed)
    }
    #expect(portions.reduce(0, +) == 451)
    #expect(portions.count == 3)
  }

  @Test("a nil memory leaves the one that is")
  func memory() async throws {
    try await store.remember("m", in: conversation)
    #expect(try await test.answer("a", in: conversation, saying: []) == .committed)
    #expect(try await store.conversation(conversation)?.memory == "m")
  }

  @Test("an answer that wants a person gives the conversation to the queue")
  func escalation() async throws {
    let wish = NewEscalation(reason: "wants a refund", channel: "whatsapp")
    #expect(try await test.answer("a", in: conversation, saying: ["msg_1"], escalation: wish) == .committed)
    let record = try #require(try await store.conversation(conversation))
    #expect(record.owner == .queue)
    #expect(record.epoch == 1)
    let waiting = try await store.escalations(.waiting, limit: 10)
    #expect(waiting.map(\.reason) == ["wants a refund"])
    #expect(waiting.map(\.conversation) == [conversation])
    #expect(try await test.due() == ["msg_1"])
    // Nobody waits for the assistant from now on.
    try await test.receive("wamid.2", from: ana)
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
  }
}
