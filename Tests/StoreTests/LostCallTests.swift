import Store
import Testing

@Suite("Calls that die with the process", .everyStore)
struct LostCallTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  @Test("each open call ends as of the last that is known of it, and what is told of it is stored with it")
  func ended() async throws {
    let conversation = try await store.conversation(with: [phone("34600000001")], name: nil, at: at(900)).id
    func call(_ id: String, _ change: (inout CallRecord) -> Void = { _ in }) async throws {
      var call = CallRecord(
        id: id, conversation: conversation, sipCallID: "\(id)@example", direction: .inbound, from: "100", to: "desk",
        startedAt: at(1_000))
      change(&call)
      try await store.save(call)
    }
    try await call("call_done") {
      $0.endedAt = at(1_010)
      $0.reason = "hung up"
    }
    try await call("call_rang")
    try await call("call_answered") { $0.answeredAt = at(1_005) }
    try await call("call_spoke") { $0.recording = "a.wav" }
    try await store.add(
      SpokenMessage(conversation: conversation, call: "call_spoke", author: .customer, text: "hello", at: at(1_020)))
    try await store.add(turn: TurnRecord(call: "call_answered", turn: 1, at: at(1_030), steps: "{}"))

    let after = try TestStore(afterKilling: test).store
    let telling = after.announcing { transition in
      let events = transition.calls.map { call in
        NewEvent(
          id: "evt_\(call.after.id)", type: "call.ended", at: at(2_000), call: call.after.id,
          data: call.after.recordingSeconds == nil ? "{}" : #"{"recorded":true}"#)
      }
      return Announcement(
        events, webhooks: events.map { NewWebhook(endpoint: "crm", event: $0.id, body: "{}") }, at: at(2_000))
    }
    let ended = try await telling.endLostCalls(reason: "lost", at: at(2_000)) { call in
      if call.recording != nil { call.recordingSeconds = 19 }
    }
    #expect(Set(ended.map(\.id)) == ["call_rang", "call_answered", "call_spoke"])
    #expect(try await after.call("call_rang")?.endedAt == at(1_000))
    #expect(try await after.call("call_answered")?.endedAt == at(1_030))
    let spoke = try await after.call("call_spoke")
    #expect(spoke?.endedAt == at(1_020))
    #expect(spoke?.reason == "lost")
    #expect(spoke?.recordingSeconds == 19)
    #expect(try await after.call("call_done")?.reason == "hung up")
    let events = try await after.events(after: nil, limit: 10, types: ["call.ended"])
    #expect(Set(events.compactMap(\.call)) == ["call_rang", "call_answered", "call_spoke"])
    #expect(try await after.dueWebhooks(endpoint: "crm", at: at(3_000), limit: 10).count == 3)
    #expect(try await after.endLostCalls(reason: "again", at: at(2_100)) { _ in }.isEmpty)
  }

  @Test("a recording that turned out not to be there is forgotten, and a clock that was set back ends no call early")
  func oddities() async throws {
    try await store.save(
      CallRecord(
        id: "call_1", sipCallID: "x", direction: .inbound, from: "1", to: "2", startedAt: at(5_000),
        recording: "gone.wav"))
    _ = try await store.endLostCalls(reason: "lost", at: at(4_000)) { $0.recording = nil }
    #expect(try await store.call("call_1")?.recording == nil)
    #expect(try await store.call("call_1")?.endedAt == at(5_000))
  }
}
