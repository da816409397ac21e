import Store
import Testing

@Suite("What has been kept long enough", .everyStore)
struct RetentionTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  @Test("old messages and media go, but not what waits for an answer or to be sent")
  func messages() async throws {
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    #expect(try await test.answer("a", in: conversation, saying: ["msg_1"]) == .committed)
    try await store.finishSending("msg_1", .failed(code: 1, reason: "no"), at: at(1_002))
    var voice = OutgoingMessage.test("msg_2")
    voice.media = StoredMedia(id: "media_kept", mimeType: "audio/ogg", bytes: [1])
    try await store.enqueue(voice, in: conversation, at: at(1_003))
    try await store.save(StoredMedia(id: "media_old", mimeType: "audio/ogg", bytes: [1]), at: at(1_003))
    try await test.receive("wamid.2", from: phone("34600000001"), at: at(1_004))
    try await store.forgetMessages(before: at(1_001))
    #expect(try await test.texts(of: conversation).count == 3)
    try await store.forgetMessages(before: at(9_000))
    try await store.forgetMedia(before: at(9_000))
    #expect(try await store.messages(of: conversation, before: nil, limit: 9).map(\.state) == [.pending, .queued])
    #expect(try await store.media("media_old") == nil)
    #expect(try await store.media("media_kept") != nil)
    #expect(try await test.strays().isEmpty)
    #expect(try await test.ids("SELECT count(*) FROM message_status") == [0])
  }

  @Test("calls go with their turns once their recordings are gone; live ones stay")
  func calls() async throws {
    var call = CallRecord(
      id: "call_1", sipCallID: "x", direction: .inbound, from: "1", to: "2", startedAt: at(1_000),
      endedAt: at(1_100), recording: "a.wav", recordingSeconds: 1)
    try await store.save(call)
    call.id = "call_2"
    call.endedAt = nil
    call.recording = nil
    try await store.save(call)
    try await store.add(turn: TurnRecord(call: "call_1", turn: 1, at: at(1_000), steps: "{}"))
    try await store.forgetCalls(before: at(9_000))
    #expect(try await store.recordings(before: at(1_100), limit: 10).isEmpty)
    #expect(try await store.recordings(before: at(9_000), limit: 10).map(\.recording) == ["a.wav"])
    try await store.forgetRecording(of: "call_1")
    #expect(try await store.call("call_1")?.recordingSeconds == nil)
    try await store.forgetCalls(before: at(1_100))
    #expect(try await store.call("call_1") != nil)
    try await store.forgetCalls(before: at(9_000))
    #expect(try await store.calls(before: nil, limit: 10).map(\.id) == ["call_2"])
    #expect(try await store.turns(of: "call_1").isEmpty)
  }

  @Test("wishes go once they are done")
  func escalations() async throws {
    let done = try await test.wish(1)
    let open = try await test.wish(2)
    _ = try await store.resolve(done.id, note: nil, at: at(1_010))
    try await store.forgetEscalations(before: at(1_010))
    #expect(try await store.escalations(in: nil, after: nil, limit: 9).count == 2)
    try await store.forgetEscalations(before: at(9_000))
    #expect(try await store.escalations(in: nil, after: nil, limit: 9).map(\.id) == [open.id])
  }
}
