import Coordination
import Logging
import RTPEngine
import SIPStack
import Store
import Testing
import VoicePipeline

@testable import Reporting
@testable import Settings
@testable import Telephony

@Suite("What a call leaves in its conversation")
struct CallRecorderTests {
  private static let start = Timestamp(milliseconds: 1_795_000_000_000)

  /// What is kept after a call whose dialogue began with `base` and ended with `mine`, while `other` was written.
  private static func kept(_ mine: String?, since base: String?, other: String?) async throws -> (String?, String?) {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let store = try RowStore(sqlite: folder.path + "/assist.db")
    let conversation = try await store.conversation(
      with: [CustomerIdentity(.phone, "34600000001")], name: nil, at: start
    ).id
    _ = try await store.remember(base, watch: "before", in: conversation, replacing: nil)
    let recorder = CallRecorder(
      CallRecord(
        id: "call_1", conversation: conversation, sipCallID: "x", direction: .inbound, from: "1", to: "2",
        startedAt: start),
      store: store, events: nil, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    if other != base { _ = try await store.remember(other, watch: "chat", in: conversation, replacing: base) }
    recorder.remember(
      mine.map { DialogueMemory(text: $0) }, watch: "call", since: base.map { DialogueMemory(text: $0) }
    ) { DialogueMemory(text: "\($1.text) and \($0.text)") }
    recorder.finish()
    await recorder.run()
    let record = try await store.conversation(conversation)
    await store.close()
    return (record?.memory, record?.watch)
  }

  @Test("what its dialogue kept takes the place of what was kept before")
  func alone() async throws {
    #expect(try await Self.kept("call", since: "base", other: "base") == ("call", "call"))
    #expect(try await Self.kept("call", since: nil, other: nil) == ("call", "call"))
    #expect(try await Self.kept(nil, since: "base", other: "base") == ("base", "call"))
  }

  @Test("what a chat has kept meanwhile is not overwritten, but joined")
  func besideChat() async throws {
    #expect(try await Self.kept("call", since: "base", other: "chat") == ("chat and call", "chat"))
    #expect(try await Self.kept("call", since: nil, other: "chat") == ("chat and call", "chat"))
    #expect(try await Self.kept(nil, since: "base", other: "chat") == ("chat", "chat"))
  }

  @Test("a call that was answered or has ended is in the store with its event, and what its recorder knows besides")
  func calls() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let store = try RowStore(sqlite: folder.path + "/assist.db")
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let events = ServerEvents(.default, store: store, clock: WallClock(), logger: logger)
    async let running: Void = events.run()
    let recorder = CallRecorder(
      CallRecord(id: "call_1", sipCallID: "x", direction: .inbound, from: "1", to: "2", startedAt: Self.start),
      store: store, events: events, logger: logger)
    async let written: Void = recorder.run()
    #expect(recorder.answered())
    #expect(!recorder.answered())
    recorder.isRecorded(in: "a.wav")
    recorder.ended(CallEnding(by: .remote, text: "bye"), media: MediaLegStatistics())
    recorder.finish()
    await written
    let call = try #require(try await store.call("call_1"))
    #expect(call.answeredAt != nil && call.endedAt != nil && call.reason == "bye" && call.recording == "a.wav")
    #expect(call == recorder.call)
    let told = try await store.events(after: 0, limit: 10, types: nil)
    #expect(told.map(\.type) == ["call.answered", "call.ended"])
    await events.stop()
    await running
    await store.close()
  }
}
