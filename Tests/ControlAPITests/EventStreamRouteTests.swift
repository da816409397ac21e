import EventsTestSupport
import FoundationEssentials
import Hummingbird
import JSON
import Logging
import Net
import NetClient
import Store
import Testing

@testable import ControlAPI
@testable import Events
@testable import Settings

@Suite("The stream of events over HTTP", .timeLimit(.minutes(1)))
struct EventStreamRouteTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private struct Routes: HTTPRoutes {
    let route: EventStreamRoute
    func add(to router: Router<BasicRequestContext>) {
      router.get("v1/events") { request, _ in try await route.eventsResponse(request) }
    }
  }

  private static func event(_ number: Int, _ type: AssistEventType = .turnStarted, in conversation: String = "conv_1")
    -> AssistEvent
  {
    AssistEvent(
      type, at: Timestamp(milliseconds: 1000 + Int64(number)), conversation: conversation,
      data: ["turn": .integer(Int64(number))])
  }

  private struct Bench: Sendable {
    let hub: EventHub
    let log: MemoryEventLog
    let http: HTTPClient
    let url: String

    func open(_ query: String = "", _ headers: [HTTPHeader] = []) async throws -> NetClient.HTTPResponse {
      let timeouts = HTTPTimeouts(firstByte: .seconds(30), idle: .seconds(30), total: .seconds(50))
      return try await http.send(NetClient.HTTPRequest(.get, url + query, headers: headers, timeouts: timeouts))
    }

    /// Reads until `count` events (or comments, if those are wanted) are there.
    func read(_ response: NetClient.HTTPResponse, _ count: Int, comments: Bool = false) async throws -> [[String:
      String]]
    {
      var text = ""
      func blocks() -> [[String: String]] {
        text.components(separatedBy: "\n\n").dropLast().map { block in
          var fields: [String: String] = [:]
          for line in block.split(separator: "\n") {
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            fields[String(line[..<colon])] = String(line[colon...].dropFirst().trimmingPrefix(" "))
          }
          return fields
        }.filter { comments ? $0[""] != nil : $0["data"] != nil }
      }
      for try await chunk in response.body {
        text += String(decoding: chunk, as: UTF8.self)
        if blocks().count >= count { break }
      }
      return blocks()
    }
  }

  private func serving(
    bounds: EventHub.Bounds = EventHub.Bounds(), heartbeat: Duration = .seconds(15),
    _ body: @escaping @Sendable (Bench) async throws -> Void
  ) async throws {
    let log = MemoryEventLog()
    let hub = EventHub(log: log, logger: Self.logger, bounds: bounds)
    let service = HTTPService(
      listen: SocketEndpoint(.loopback, port: 0), sources: .init(isReady: { true }, metrics: { [] }),
      routes: [Routes(route: EventStreamRoute(hub: hub, log: log, heartbeat: heartbeat))], logger: Self.logger)
    let (ports, sink) = AsyncStream.makeStream(of: SocketEndpoint.self)
    async let running: Void = hub.run()
    let server = Task { try await service.run { sink.yield($0) } }
    var iterator = ports.makeAsyncIterator()
    let endpoint = try #require(await iterator.next())
    let http = HTTPClient()
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await body(Bench(hub: hub, log: log, http: http, url: "http://\(endpoint)/v1/events")))
    } catch { result = .failure(error) }
    await hub.stop()
    await running
    server.cancel()
    _ = await server.result
    http.shutdown()
    try result.get()
  }

  @Test("events come with id, name and data; what is not stored has no id")
  func live() async throws {
    try await serving { bench in
      let response = try await bench.open()
      #expect(response.status == 200)
      #expect(response.header("content-type") == "text/event-stream")
      while bench.hub.figures.subscribers == 0 { await Task.yield() }
      let event = Self.event(1)
      bench.hub.publish(event)
      bench.hub.publish(Self.event(2, .transcriptPartial))
      let blocks = try await bench.read(response, 2)
      #expect(blocks.first?["id"] == event.id)
      #expect(blocks.first?["event"] == "turn.started")
      #expect(JSONValue(Array((blocks.first?["data"] ?? "").utf8)) == event.json)
      #expect(blocks.last?["event"] == "transcript.partial")
      #expect(blocks.last?["id"] == nil)
    }
  }

  @Test(
    "who comes back with Last-Event-ID, or after=, gets what was missed; the header wins", arguments: [true, false])
  func resume(byHeader: Bool) async throws {
    try await serving { bench in
      let events = (0..<450).map { Self.event($0) }
      for event in events { bench.hub.publish(event) }
      while bench.log.events.count < 450 { await Task.yield() }
      let response =
        byHeader
        ? try await bench.open("?after=\(events[0].id)", [HTTPHeader("Last-Event-ID", events[9].id)])
        : try await bench.open("?after=\(events[9].id)")
      async let blocks = bench.read(response, 441)
      while bench.hub.figures.subscribers == 0 { await Task.yield() }
      bench.hub.publish(Self.event(450))
      let ids = try await blocks.map { $0["id"] }
      #expect(ids == bench.log.events.dropFirst(10).map(\.id))
    }
  }

  @Test("only what is asked for comes")
  func filters() async throws {
    try await serving { bench in
      let response = try await bench.open("?types=dtmf,call.ended&conversation=conv_2")
      while bench.hub.figures.subscribers == 0 { await Task.yield() }
      bench.hub.publish(Self.event(1, .dtmf))
      bench.hub.publish(Self.event(2, .turnStarted, in: "conv_2"))
      bench.hub.publish(Self.event(3, .callEnded, in: "conv_2"))
      let blocks = try await bench.read(response, 1)
      #expect(blocks.map { $0["event"] } == ["call.ended"])
    }
  }

  @Test("comments keep a quiet stream open")
  func heartbeat() async throws {
    try await serving(heartbeat: .milliseconds(20)) { bench in
      let beats = try await bench.read(try await bench.open(), 3, comments: true)
      #expect(beats.count >= 3)
    }
  }

  @Test("a reader that goes away, also a quiet one, leaves nothing behind")
  func disconnect() async throws {
    try await serving { bench in
      let readers = (0..<10).map { _ in
        Task {
          for try await _ in try await bench.open().body {}
        }
      }
      while bench.hub.figures.subscribers < 10 { try await Task.sleep(for: .milliseconds(1)) }
      for reader in readers { reader.cancel() }
      for reader in readers { _ = await reader.result }
      // Long before the first heartbeat.
      while bench.hub.figures.subscribers > 0 { try await Task.sleep(for: .milliseconds(1)) }
    }
  }

  @Test("a reader that does not read is cut off with the reason, and the others are not held up")
  func lagging() async throws {
    try await serving(bounds: EventHub.Bounds(subscriber: 100)) { bench in
      let slow = try await bench.open()
      while bench.hub.figures.subscribers == 0 { await Task.yield() }
      let long = JSONValue.string(String(repeating: "x", count: 50_000))
      for number in 0..<600 {
        bench.hub.publish(
          AssistEvent(.replyFinished, at: Timestamp(milliseconds: Int64(number)), data: ["text": long]))
        while bench.log.events.count <= number { await Task.yield() }
      }
      #expect(bench.hub.figures.laggards == 1)
      var text = ""
      for try await chunk in slow.body { text += String(decoding: chunk, as: UTF8.self).suffix(200) }
      #expect(text.contains("event: stream.ended\ndata: {\"reason\":\"lagged\"}"))
    }
  }

  @Test("the stream ends with the program, and says so")
  func shutdown() async throws {
    try await serving { bench in
      let response = try await bench.open()
      while bench.hub.figures.subscribers == 0 { await Task.yield() }
      await bench.hub.stop()
      var text = ""
      for try await chunk in response.body { text += String(decoding: chunk, as: UTF8.self) }
      #expect(text.contains("event: stream.ended\ndata: {\"reason\":\"shutdown\"}"))
    }
  }

  @Test("as JSON it is a page of what is stored")
  func pages() async throws {
    try await serving { bench in
      let events = (0..<25).map { Self.event($0) }
      for event in events { bench.hub.publish(event) }
      while bench.log.events.count < 25 { await Task.yield() }
      var ids: [String?] = []
      var cursor: String? = events[4].id
      while let after = cursor {
        let response = try await bench.open("?after=\(after)&limit=8", [HTTPHeader("Accept", "application/json")])
        let page = try #require(JSONValue(try await response.collect(upTo: 1 << 20)))
        ids += page["data"]?.array.map { $0["id"]?.string } ?? []
        cursor = page["cursor"]?.string
      }
      #expect(ids == events.dropFirst(5).map(\.id))
    }
  }

  @Test(
    "a wrong request is told what is wrong",
    arguments: ["?types=call.exploded", "?after=17", "?after=evt_%00", "?conversation=", "?limit=0", "?limit=x"])
  func wrong(query: String) async throws {
    try await serving { bench in
      let response = try await bench.open(query)
      #expect(response.status == 400)
      let body = try #require(JSONValue(try await response.collect(upTo: 10_000)))
      #expect(body["error"]?["param"]?.string?.isEmpty == false)
    }
  }
}
