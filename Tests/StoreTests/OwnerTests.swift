import Store
import Testing

@Suite("Who answers", .everyStore)
struct OwnerTests {
  let test: TestStore
  var store: RowStore { test.store }
  let ana = phone("34600000001")
  let conversation: String

  init() async throws {
    test = try TestStore()
    conversation = try await test.receive("wamid.1", from: ana)
  }

  @Test("of two people who claim a conversation at once exactly one gets it, each time")
  func claims() async throws {
    let (store, conversation) = (store, conversation)
    var epoch: Int64 = 0
    for _ in 0..<200 {
      let expected = epoch
      async let first = store.assign(conversation, to: .person, person: "maria", ifEpoch: expected, at: at(1_001))
      async let second = store.assign(conversation, to: .person, person: "juan", ifEpoch: expected, at: at(1_001))
      let (maria, juan) = try await (first, second)
      #expect((maria == nil) != (juan == nil))
      let record = try #require(try await store.conversation(conversation))
      #expect(record.person == (maria == nil ? "juan" : "maria"))
      #expect(record.epoch == maria ?? juan)
      epoch = record.epoch
    }
    #expect(epoch == 200)
  }

  @Test("what is claimed without an epoch is claimed anyway, and nobody's conversation by nobody")
  func anyEpoch() async throws {
    #expect(try await store.assign(conversation, to: .person, person: "p", ifEpoch: nil, at: at(1_001)) == 1)
    #expect(try await store.assign(conversation, to: .person, person: "q", ifEpoch: 0, at: at(1_001)) == nil)
    #expect(try await store.assign("conv_none", to: .person, person: "p", ifEpoch: nil, at: at(1_001)) == nil)
  }

  @Test("while a person answers, nothing waits for the assistant; afterwards, what comes does")
  func pending() async throws {
    _ = try await store.assign(conversation, to: .person, person: "p", ifEpoch: nil, at: at(1_001))
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
    let outcomes = try await test.deliver(.message(.test("wamid.2", from: [ana])))
    guard case .received(_, _, let wantsAnswer) = outcomes.first else {
      Issue.record("nothing was received")
      return
    }
    #expect(!wantsAnswer)
    _ = try await store.assign(conversation, to: .assistant, person: nil, ifEpoch: nil, at: at(1_002))
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
    try await test.receive("wamid.3", from: ana)
    #expect(try await store.pendingMessages(in: conversation).map(\.channelID) == ["wamid.3"])
  }

  @Test("a wish for a person goes from waiting to claimed to resolved, and back to the queue with its conversation")
  func escalation() async throws {
    let wish = NewEscalation(reason: "angry", channel: "phone")
    let record = try #require(try await store.escalate(conversation, wish, at: at(1_001)))
    #expect(record.state == .waiting)
    #expect(try await store.conversation(conversation)?.owner == .queue)
    #expect(try await store.conversationsAwaitingAnswer().isEmpty)
    #expect(try await store.escalations(.waiting, limit: 10) == [record])
    #expect(try await store.escalate(conversation, wish, at: at(1_002)) == nil)

    _ = try await store.assign(conversation, to: .person, person: "maria", ifEpoch: nil, at: at(1_003))
    #expect(try await store.escalations(.claimed, limit: 10).map(\.person) == ["maria"])
    _ = try await store.assign(conversation, to: .person, person: "juan", ifEpoch: nil, at: at(1_003))
    #expect(try await store.escalations(.claimed, limit: 10).map(\.person) == ["juan"])
    _ = try await store.assign(conversation, to: .queue, person: nil, ifEpoch: nil, at: at(1_004))
    #expect(try await store.escalations(.waiting, limit: 10) == [record])
    _ = try await store.assign(conversation, to: .assistant, person: nil, ifEpoch: nil, at: at(1_005))
    #expect(try await store.escalations(.resolved, limit: 10).map(\.id) == [record.id])
    let second = try #require(try await store.escalate(conversation, wish, at: at(1_006)))
    #expect(try await store.escalations(nil, limit: 10).map(\.id) == [record.id, second.id])
    #expect(try await store.escalations(nil, limit: 1).map(\.id) == [record.id])
    #expect(try await store.escalate("conv_none", wish, at: at(1_006)) == nil)
  }
}

@Suite("A takeover and what is on its way", .everyStore)
struct TakeoverTests {
  @Test("what the assistant said and was not sent yet is withdrawn; a person's words and what is being sent are not")
  func withdrawn() async throws {
    let test = try TestStore()
    let store = test.store
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    #expect(try await test.answer("ans_1", in: conversation, saying: ["a1", "a2"]) == .committed)
    #expect(try await store.beginSending(["a1"], at: at(1_002)) == ["a1"])
    var own = OutgoingMessage.test("p1")
    own.author = .person
    try await store.enqueue(own, in: conversation, at: at(1_002))
    _ = try await store.assign(conversation, to: .person, person: "ana", ifEpoch: nil, at: at(1_003))
    #expect(try await store.message("a2")?.state == .withdrawn)
    #expect(try await store.message("a1")?.state == .queued)
    #expect(try await store.message("p1")?.state == .queued)
    try await store.finishSending("a1", .sent(channelID: "wamid.a1"), at: at(1_004))
    #expect(try await test.due(at: at(2_000)) == ["p1"])
  }
}
