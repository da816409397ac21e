import ChatBridge
import Coordination
import COpenSSL
import FoundationEssentials
import JSON
import Logging
import NetClient
import Store
import Testing
import TestSupport

@testable import Events
@testable import Settings

@Suite("Outbound webhooks", .timeLimit(.minutes(1)))
struct WebhookSenderTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private static let secret = "whsec_" + Data(Array(0..<32)).base64EncodedString()
  private static let older = "whsec_" + Data(Array(100..<124)).base64EncodedString()

  /// Time that passes at once when somebody waits for it.
  private final class LeapingClock: TimestampClock {
    private let time = Locked(Timestamp(milliseconds: 1_795_000_000_000))
    var now: Timestamp { time.withLock { $0 } }
    func sleep(until deadline: Timestamp) async throws {
      try Task.checkCancellation()
      time.withLock { $0 = max($0, deadline) }
    }
  }

  private static func event(_ number: Int) -> AssistEvent {
    AssistEvent(
      .turnStarted, at: Timestamp(milliseconds: 1_795_000_000_000 + Int64(number)), conversation: "conv_1",
      data: ["turn": .integer(Int64(number))])
  }

  /// Runs the webhooks to one endpoint that a stand-in plays until `isDone`.
  private static func run(
    _ queue: MemoryWebhookBook, to server: StandInHTTPServer, clock: any TimestampClock = LeapingClock(),
    secrets: [String] = [secret], logger: Logger = logger, timeout: Duration = .seconds(15),
    until isDone: (Webhooks) async throws -> Bool
  ) async throws {
    let endpoint = WebhookEndpoint(
      name: "crm", url: server.url + "/hook", secrets: try secrets.map { try #require(SigningKey(Secret($0))) },
      timeout: timeout)
    let http = HTTPClient()
    let webhooks = Webhooks([endpoint], book: queue, http: http, clock: clock, logger: logger)
    async let running: Void = webhooks.run()
    let result: Result<Void, any Error>
    do {
      while try await !isDone(webhooks) { try await Task.sleep(for: .milliseconds(2)) }
      result = .success(())
    } catch { result = .failure(error) }
    webhooks.stop()
    await running
    http.shutdown()
    try result.get()
  }

  /// HMAC-SHA256 by another way than the sender's.
  private static func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    func hash(_ bytes: [UInt8]) -> [UInt8] {
      var result = [UInt8](repeating: 0, count: 32)
      _ = SHA256(bytes, bytes.count, &result)
      return result
    }
    let padded = key + [UInt8](repeating: 0, count: 64 - key.count)
    return hash(padded.map { $0 ^ 0x5c } + hash(padded.map { $0 ^ 0x36 } + message))
  }

  @Test("each request is signed as Standard Webhooks has it, once for each secret")
  func signature() async throws {
    let server = try await StandInHTTPServer.start { _, writer in try await writer.answer(204) }
    let queue = MemoryWebhookBook()
    let event = Self.event(1)
    try await queue.add(event, to: "crm", at: event.at)
    try await Self.run(queue, to: server, secrets: [Self.secret, Self.older]) { _ in
      queue.noted == [.delivered(status: 204)]
    }
    await server.stop()
    let request = try #require(server.requests.first)
    #expect(request.method == "POST")
    #expect(request.path == "/hook")
    #expect(request.header("content-type") == "application/json")
    #expect(JSONValue(request.body) == event.json)
    let id = try #require(request.header("webhook-id"))
    #expect(id == event.id)
    let time = try #require(request.header("webhook-timestamp"))
    #expect(Int64(time) == 1_795_000_000)
    let signed = Array("\(id).\(time).".utf8) + request.body
    let expected = [Array(0..<32), Array(100..<124)].map { (key: [UInt8]) in
      "v1," + Data(Self.hmac(key, signed)).base64EncodedString()
    }
    #expect(request.header("webhook-signature") == expected.joined(separator: " "))
  }

  @Test("the signature of the specification's own libraries' example")
  func example() throws {
    // From the documentation of the reference libraries.
    let key = try #require(SigningKey(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
    let signature = WebhookSignature([key])
    let header = signature.header(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
    #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test("a secret is whsec_ and base64 of 24 to 64 bytes", arguments: ["secret", "whsec_", "whsec_abc", "whsec_AAAA"])
  func badSecrets(text: String) {
    #expect(SigningKey(Secret(text)) == nil)
  }

  @Test("events are delivered in their order, over one connection")
  func order() async throws {
    let server = try await StandInHTTPServer.start { _, writer in try await writer.answer(200, json: "{}") }
    let queue = MemoryWebhookBook()
    let events = (0..<30).map { Self.event($0) }
    for event in events { try await queue.add(event, to: "crm", at: event.at) }
    try await queue.add(Self.event(99), to: "other", at: events[0].at)
    let clock = LeapingClock()
    try await clock.sleep(until: events[29].at)
    try await Self.run(queue, to: server, clock: clock) { _ in queue.noted.count == 30 }
    await server.stop()
    #expect(server.requests.map { $0.header("webhook-id") } == events.map(\.id))
    #expect(server.connectionCount == 1)
  }

  @Test(
    "what fails comes again under the same id with a fresh timestamp, and is given up in the end; then it can be revived"
  )
  func retries() async throws {
    let fails = Locked(true)
    let server = try await StandInHTTPServer.start { _, writer in
      if fails.withLock({ $0 }) { try await writer.answer(500) } else { try await writer.answer(200) }
    }
    let queue = MemoryWebhookBook()
    let event = Self.event(1)
    try await queue.add(event, to: "crm", at: event.at)
    try await Self.run(queue, to: server) { webhooks in
      guard webhooks.figures.first?.figures.dead == 1, queue.noted.count == 10 else { return false }
      let dead = try await webhooks.dead(before: nil, limit: 10)
      let item = try #require(dead.first)
      #expect(item.lastError == "status 500")
      #expect(item.attempts == 10)
      #expect(JSONValue(Array(item.body.utf8)) == event.json)
      #expect(try await !webhooks.retry("hook_none"))
      fails.withLock { $0 = false }
      #expect(try await webhooks.retry(item.id))
      while queue.delivered == 0 { try await Task.sleep(for: .milliseconds(2)) }
      #expect(try await webhooks.dead(before: nil, limit: 10).isEmpty)
      return true
    }
    await server.stop()
    let requests = server.requests
    #expect(requests.count == 11)
    #expect(Set(requests.map { $0.header("webhook-id") }).count == 1)
    let times = requests.compactMap { $0.header("webhook-timestamp").flatMap { Int64($0) } }
    #expect(times == times.sorted())
    #expect(Set(times).count >= 10)
    #expect(Set(requests.map { $0.header("webhook-signature") }).count >= 10)
  }

  @Test("one that fails does not hold up those behind it for long")
  func passing() async throws {
    let bad = Self.event(0)
    let server = try await StandInHTTPServer.start { request, writer in
      try await writer.answer(request.header("webhook-id") == bad.id ? 400 : 200)
    }
    let queue = MemoryWebhookBook()
    try await queue.add(bad, to: "crm", at: bad.at)
    for number in 1...5 { try await queue.add(Self.event(number), to: "crm", at: bad.at) }
    try await Self.run(queue, to: server) { _ in queue.delivered == 5 }
    await server.stop()
    let ids = server.requests.map { $0.header("webhook-id") }
    #expect(ids.filter { $0 == bad.id }.count <= 10)
    #expect(Set(ids).count == 6)
  }

  @Test("a redirect is not followed, no answer within the time is a failure, and a broken connection too")
  func failures() async throws {
    let count = Locked(0)
    let server = try await StandInHTTPServer.start { request, writer in
      let number = count.withLock { count in
        count += 1
        return count
      }
      switch number {
      case 1: try await writer.answer(302, [("location", "/elsewhere")])
      case 2: await writer.closed()
      case 3, 4: await writer.drop()
      default: try await writer.answer(200)
      }
    }
    let queue = MemoryWebhookBook()
    try await queue.add(Self.event(1), to: "crm", at: Self.event(0).at)
    try await Self.run(queue, to: server, timeout: .milliseconds(300)) { _ in queue.delivered == 1 }
    await server.stop()
    #expect(queue.noted.count >= 4)
    #expect(server.requests.allSatisfy { $0.path == "/hook" })
  }

  @Test("410 disables the endpoint with a loud word in the log; what waits stays for the next start")
  func gone() async throws {
    let answers = Locked(410)
    let server = try await StandInHTTPServer.start { _, writer in
      try await writer.answer(answers.withLock { $0 })
    }
    let queue = MemoryWebhookBook()
    for number in 0..<3 { try await queue.add(Self.event(number), to: "crm", at: Self.event(0).at) }
    let lines = Locked<[String]>([])
    try await Self.run(queue, to: server, logger: Logger(label: "test") { _ in LineLog(lines: lines) }) { webhooks in
      webhooks.wake()
      return webhooks.figures.first?.figures.isDisabled == true && queue.noted.count == 1
    }
    #expect(server.requests.count == 1)
    #expect(lines.withLock { $0.contains { $0.contains("410") } })
    // The next start.
    answers.withLock { $0 = 200 }
    try await Self.run(queue, to: server) { _ in queue.delivered == 2 }
    await server.stop()
    #expect(server.requests.count == 3)
  }

  @Test("an outcome that can't be stored is stored later, and the delivery is not made twice for it")
  func storeFails() async throws {
    let server = try await StandInHTTPServer.start { _, writer in try await writer.answer(200) }
    let queue = MemoryWebhookBook()
    try await queue.add(Self.event(1), to: "crm", at: Self.event(0).at)
    queue.failFinishing(2)
    try await Self.run(queue, to: server) { _ in queue.noted == [.delivered(status: 200)] }
    await server.stop()
    #expect(server.requests.count == 1)
  }

  @Test("stopping waits for the request under way and notes its outcome; a second run sends only the rest")
  func restart() async throws {
    let (arrived, sink) = AsyncStream.makeStream(of: Void.self)
    let server = try await StandInHTTPServer.start { _, writer in
      sink.yield()
      try await Task.sleep(for: .milliseconds(50))
      try await writer.answer(200)
    }
    let queue = MemoryWebhookBook()
    let events = (0..<4).map { Self.event($0) }
    for event in events { try await queue.add(event, to: "crm", at: events[0].at) }
    try await Self.run(queue, to: server) { _ in
      for await _ in arrived { break }
      return true
    }
    let first = queue.noted.count
    #expect(first >= 1 && first < 4)
    try await Self.run(queue, to: server) { _ in queue.noted.count == 4 }
    await server.stop()
    #expect(server.requests.map { $0.header("webhook-id") } == events.map(\.id))
  }
}
