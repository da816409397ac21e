import Store
import Testing

@Suite("Answers that are taken back", .everyStore)
struct WithdrawTests {
  let test: TestStore
  var store: RowStore { test.store }
  let ana = phone("34600000001")
  let conversation: String

  init() async throws {
    test = try TestStore()
    conversation = try await test.receive("wamid.1", from: ana)
    try await store.remember("before", in: conversation)
    #expect(try await test.answer("a", in: conversation, saying: ["msg_1", "msg_2"], memory: "after") == .committed)
  }

  @Test("its questions wait again, the memory is as it was, and nothing of it is sent or shown")
  func withdrawn() async throws {
    try await test.receive("wamid.2", from: ana)
    #expect(try await store.withdraw("a", at: at(1_002)))
    #expect(try await store.pendingMessages(in: conversation).map(\.channelID) == ["wamid.1", "wamid.2"])
    #expect(try await store.conversation(conversation)?.memory == "before")
    #expect(try await test.due().isEmpty)
    #expect(try await test.message("msg_1") == nil)
    #expect(try await store.beginSending(["msg_1", "msg_2"], at: at(1_003)) == [])
    #expect(try await store.withdraw("a", at: at(1_004)) == false)
    #expect(try await test.answer("b", in: conversation, saying: ["msg_3"]) == .committed)
    #expect(try await test.due() == ["msg_3"])
    #expect(try await test.strays().isEmpty)
  }

  enum Request: CaseIterable { case begun, retried, uncertain, held, sent, failed, replaced }

  @Test("not once a request was made, whatever became of it", arguments: Request.allCases)
  func requested(request: Request) async throws {
    #expect(try await store.beginSending(["msg_1"], at: at(1_002)) == ["msg_1"])
    let outcome: SendOutcome? =
      switch request {
      case .begun: nil
      case .retried: .retry(at: at(1_010), counts: true, reason: "500")
      case .uncertain: .uncertain(until: at(1_010))
      case .held: .held(reason: "window")
      case .sent: .sent(channelID: "wamid.o1")
      case .failed: .failed(code: 1, reason: "no")
      case .replaced: .replaced(payload: "{}", kind: "text", reason: "no sound")
      }
    if let outcome { try await store.finishSending("msg_1", outcome, at: at(1_003)) }
    #expect(try await store.withdraw("a", at: at(1_004)) == false)
    #expect(try await store.pendingMessages(in: conversation).isEmpty)
    #expect(try await store.conversation(conversation)?.memory == "after")
    #expect(try await test.message("msg_2")?.state == .queued)
  }

  @Test("not once the channel had taken it, even if it came back and is sent anew")
  func resent() async throws {
    for key in ["msg_1", "msg_2"] {
      #expect(try await store.beginSending([key], at: at(1_002)) == [key])
      try await store.finishSending(key, .sent(channelID: "wamid.\(key)"), at: at(1_003))
      try await test.deliver(.status(.test(.failed, "wamid.\(key)", key: key, code: 131_047)))
      #expect(try await store.resend(key, payload: "{}", isHeld: true, notBefore: at(1_004)))
    }
    // The customer writes, so that what was held goes.
    try await test.receive("wamid.2", from: ana)
    #expect(try await store.withdraw("a", at: at(1_005)) == false)
    #expect(try await test.due() == ["msg_1"])
  }

  @Test("either it is taken back or its request is made, never both")
  func race() async throws {
    let store = store
    for index in 0..<60 {
      try await test.receive("wamid.r\(index)", from: ana)
      #expect(try await test.answer("r\(index)", in: conversation, saying: ["msg_r\(index)"]) == .committed)
      async let taken = store.withdraw("r\(index)", at: at(1_100))
      async let begun = store.beginSending(["msg_r\(index)"], at: at(1_100))
      let (isTaken, keys) = try await (taken, begun)
      #expect(isTaken == keys.isEmpty)
      if !isTaken {
        try await store.finishSending("msg_r\(index)", .sent(channelID: "wamid.o\(index)"), at: at(1_100))
      }
    }
  }

  @Test("not after another has followed, the memory has changed, somebody else answers, or a start")
  func tooLate() async throws {
    try await test.receive("wamid.2", from: ana)
    #expect(try await test.answer("b", in: conversation, saying: ["msg_3"]) == .committed)
    #expect(try await store.withdraw("a", at: at(1_010)) == false)

    try await store.remember("from a call", in: conversation)
    #expect(try await store.withdraw("b", at: at(1_010)) == false)
    #expect(try await store.conversation(conversation)?.memory == "from a call")

    try await test.receive("wamid.3", from: ana)
    #expect(try await test.answer("c", in: conversation, saying: ["msg_4"]) == .committed)
    _ = try await store.assign(conversation, to: .person, person: "p", ifEpoch: nil, at: at(1_011))
    #expect(try await store.withdraw("c", at: at(1_012)) == false)

    _ = try await store.assign(conversation, to: .assistant, person: nil, ifEpoch: nil, at: at(1_013))
    try await test.receive("wamid.4", from: ana)
    #expect(try await test.answer("d", in: conversation, saying: ["msg_5"]) == .committed)
    let after = try TestStore(afterKilling: test)
    try await after.store.recover(uncertainUntil: at(2_000))
    #expect(try await after.store.withdraw("d", at: at(1_014)) == false)
    #expect(try await store.withdraw("d", at: at(1_014)))
  }

  @Test("a question that was taken back itself does not wait again")
  func revokedQuestion() async throws {
    try await test.deliver(.revoked(channel: "whatsapp", message: "wamid.1"))
    #expect(try await store.withdraw("a", at: at(1_010)))
    #expect(try await store.pendingMessages(in: conversation).isEmpty)
    #expect(try await store.message(channel: "whatsapp", channelID: "wamid.1")?.state == .noted)
  }
}
