import Audio
import ChatBridge
import Coordination
import Foundation
import JSON
import Logging
import Store
import Testing
import TestSupport

@testable import Assist
@testable import ControlAPI
@testable import Events
@testable import Reporting
@testable import Settings
@testable import Telephony

@Suite("Events of a server, over the store", .timeLimit(.minutes(1)))
struct ServerEventsTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func event(_ number: Int, in conversation: String = "conv_1") -> AssistEvent {
    AssistEvent(
      .turnStarted, at: WallClock().now, conversation: conversation, data: ["turn": .integer(Int64(number))])
  }

  /// Runs the events over the database in `folder`; with `isKilled` nothing is ended in good order.
  private static func run(
    in folder: TemporaryFolder, to url: String? = nil, _ body: (ServerEvents) async throws -> Void
  ) async throws {
    var configuration = Configuration.default
    if let url {
      let secret = try #require(SigningKey(Secret("whsec_" + Data(Array(0..<32)).base64EncodedString())))
      configuration.http.webhooks = [WebhookEndpoint(name: "crm", url: url, secrets: [secret])]
    }
    let store = try RowStore(sqlite: folder.path + "/assist.db")
    let events = ServerEvents(configuration, store: store, clock: WallClock(), logger: logger)
    async let running: Void = events.run()
    let result: Result<Void, any Error>
    do { result = .success(try await body(events)) } catch { result = .failure(error) }
    await events.stop()
    await running
    await store.close()
    try result.get()
  }

  @Test("what was stored is read again after a restart, by conversation and type, in pages")
  func restart() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let events = (0..<300).map { Self.event($0, in: $0 % 3 == 0 ? "conv_2" : "conv_1") }
    try await Self.run(in: folder) { server in for event in events { server.hub.publish(event) } }
    try await Self.run(in: folder) { server in
      var read: [AssistEvent] = []
      for await event in server.hub.subscribe(after: events[0].id) {
        read.append(event)
        if read.count == 299 { break }
      }
      #expect(read == Array(events.dropFirst()))
      var found: [AssistEvent] = []
      var position: String? = events[0].id
      while true {
        let page = try await server.log.page(
          after: position, EventFilter(types: [.turnStarted], conversation: "conv_2"), limit: 20)
        found += page.events
        position = page.last ?? position
        if page.isEnd { break }
      }
      #expect(found == events.dropFirst().filter { $0.conversation == "conv_2" })
      let none = try await server.log.page(after: nil, EventFilter(types: [.dtmf]), limit: 20)
      #expect(none == EventPage(events: [], last: nil, isEnd: true))
    }
  }

  @Test("an event that was stored and not posted before the end of the process is posted by the next one")
  func webhooksSurvive() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let answers = Locked(503)
    let server = try await StandInHTTPServer.start { _, writer in try await writer.answer(answers.withLock { $0 }) }
    let events = (0..<5).map { Self.event($0) }
    try await Self.run(in: folder, to: server.url) { running in
      for event in events { running.hub.publish(event) }
      while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    }
    // What was not tried yet is due at once, and the one that failed a little later.
    answers.withLock { $0 = 200 }
    let before = server.requests.count
    try await Self.run(in: folder, to: server.url) { _ in
      while Set(server.requests.dropFirst(before).map { $0.header("webhook-id") }).count < 5 {
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    await server.stop()
    #expect(Set(server.requests.dropFirst(before).map { $0.header("webhook-id") }) == Set(events.map(\.id)))
    #expect(server.requests.allSatisfy { $0.header("webhook-signature")?.hasPrefix("v1,") == true })
  }

  @Test("what is older than its age is forgotten, the rest and the newest stay")
  func retention() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let store = try RowStore(sqlite: folder.path + "/assist.db")
    let log = StoredEventLog(book: store)
    let now = WallClock().now
    let old = (0..<1200).map { number in
      LoggedEvent(
        event: AssistEvent(.turnStarted, at: now.advanced(by: .seconds(-40 * 86_400)), data: ["turn": .int(number)]),
        endpoints: [])
    }
    try await log.append(old, at: now)
    try await log.append([LoggedEvent(event: Self.event(1))], at: now)
    var configuration = RetentionConfiguration()
    let retention = { (configuration: RetentionConfiguration) in
      Retention(configuration: configuration, store: store, clock: WallClock(), logger: Self.logger)
    }
    configuration.events = nil
    await retention(configuration).forget()
    #expect(try await log.page(after: nil, .all, limit: 2000).events.count == 1201)
    configuration.events = .seconds(30 * 86_400)
    await retention(configuration).forget()
    let left = try await log.page(after: nil, .all, limit: 2000).events
    #expect(left.count == 1000)
    #expect(left.last?.data["turn"] == 1)
    await store.close()
  }

  @Test("recordings are deleted at their age, calls go at theirs and never leave a file behind")
  func retentionOfCalls() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let store = try RowStore(sqlite: folder.path + "/assist.db")
    let now = WallClock().now
    func call(_ id: String, days: Int64, recording: String?) async throws {
      let end = now.advanced(by: .seconds(-days * 86_400))
      let path = recording.map { folder.path + "/" + $0 }
      try await store.save(
        CallRecord(
          id: id, sipCallID: id, direction: .inbound, from: "1", to: "2", startedAt: end, endedAt: end,
          recording: path, recordingSeconds: 1))
      try await store.add(turn: TurnRecord(call: id, turn: 1, at: end, steps: "{}"))
    }
    func write(_ name: String) throws {
      try WAVWriter.write([1, 2, 3], sampleRate: 8000, to: folder.path + "/" + name)
    }
    for name in ["old", "stuck", "middle", "young"] { try write(name + ".wav") }
    try await call("call_gone", days: 100, recording: "never-there.wav")
    try await call("call_old", days: 99, recording: "old.wav")
    try await call("call_middle", days: 40, recording: "middle.wav")
    try await call("call_young", days: 1, recording: "young.wav")
    try await call("call_plain", days: 99, recording: nil)
    // A folder in the place of a file can't be deleted; it must not keep the others.
    try FileManager.default.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: true)
    try await call("call_stuck", days: 200, recording: "folder")

    var configuration = RetentionConfiguration()
    configuration.recordings = .seconds(30 * 86_400)
    func forget() async {
      await Retention(configuration: configuration, store: store, clock: WallClock(), logger: Self.logger).forget()
    }
    func files() throws -> Set<String> {
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".wav") })
    }
    await forget()
    #expect(try files() == ["young.wav", "stuck.wav"])
    #expect(try await store.call("call_middle")?.recording == nil)
    #expect(try await store.call("call_stuck")?.recording == folder.path + "/folder")
    #expect(try await store.calls(before: nil, limit: 10).count == 6)

    configuration.calls = .seconds(60 * 86_400)
    await forget()
    #expect(
      Set(try await store.calls(before: nil, limit: 10).map(\.id)) == ["call_middle", "call_young", "call_stuck"])
    #expect(try await store.turns(of: "call_old").isEmpty)

    // Calls that are kept no longer take their recordings with them.
    configuration = RetentionConfiguration()
    configuration.calls = .seconds(3600)
    await forget()
    #expect(try files() == ["stuck.wav"])
    #expect(try await store.calls(before: nil, limit: 10).map(\.id) == ["call_stuck"])
    await store.close()
  }
}
