import Glibc
import Logging
import Net
import Testing

@testable import ControlAPI
@testable import Reporting

@Suite("HTTP service")
struct HTTPServiceTests {
  private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// Runs the service on a free port of loopback while `body` talks to it.
  private func serving(
    isReady: Bool = true, metrics: [MetricFamily] = [], body: (SocketEndpoint) async throws -> Void
  ) async throws {
    let service = HTTPService(
      listen: SocketEndpoint(.loopback, port: 0),
      sources: .init(isReady: { isReady }, metrics: { metrics }), logger: Self.quiet)
    let (ports, continuation) = AsyncStream.makeStream(of: SocketEndpoint.self)
    let server = Task { try await service.run { continuation.yield($0) } }
    var iterator = ports.makeAsyncIterator()
    let endpoint = try #require(await iterator.next())
    try await body(endpoint)
    server.cancel()
    _ = await server.result
  }

  /// One request over a plain socket; the whole answer as text.
  private func request(_ target: String, method: String = "GET", at endpoint: SocketEndpoint) async -> String {
    let port = UInt16(endpoint.port)
    return await withCheckedContinuation { continuation in
      let thread = BlockingRequest(
        port: port, text: "\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      thread.run { continuation.resume(returning: $0) }
    }
  }

  @Test("a known path with another method is 405 and names its own; one that is not known is 404 (RFC 9110 15.5.6)")
  func methods() async throws {
    try await serving { endpoint in
      let wrong = await request("/healthz", method: "POST", at: endpoint)
      #expect(wrong.hasPrefix("HTTP/1.1 405 "))
      #expect(wrong.lowercased().contains("allow: get, head\r\n"))
      #expect(wrong.contains("method_not_allowed"))
      #expect(await request("/nowhere", method: "POST", at: endpoint).hasPrefix("HTTP/1.1 404 "))
    }
  }

  @Test("what can be had by GET can be had by HEAD, without a body (RFC 9110 9.3.2)")
  func head() async throws {
    try await serving { endpoint in
      let head = await request("/healthz", method: "HEAD", at: endpoint)
      #expect(head.hasPrefix("HTTP/1.1 200 "))
      #expect(head.hasSuffix("\r\n\r\n"))
      #expect(head.lowercased().contains("content-length: 3\r\n"))
    }
  }

  @Test("liveness and readiness")
  func health() async throws {
    try await serving { endpoint in
      #expect(await request("/healthz", at: endpoint).hasPrefix("HTTP/1.1 200 OK"))
      #expect(await request("/readyz", at: endpoint).hasPrefix("HTTP/1.1 200 OK"))
    }
    try await serving(isReady: false) { endpoint in
      #expect(await request("/healthz", at: endpoint).hasPrefix("HTTP/1.1 200 OK"))
      let answer = await request("/readyz", at: endpoint)
      #expect(answer.hasPrefix("HTTP/1.1 503"))
      #expect(answer.hasSuffix("draining\n"))
    }
  }

  @Test("metrics come as Prometheus text")
  func metrics() async throws {
    var histogram = LatencyHistogram()
    histogram.record(.milliseconds(25))
    histogram.record(.seconds(60))
    let families = [
      MetricFamily("assist_calls_active", "Calls now.", .gauge, 3),
      MetricFamily(
        "assist_sip_responses_total", "Responses by status.", .counter, by: "status", [("200", 5), ("4\"\n", 1)]),
      MetricFamily("assist_turn_seconds", "Turn latency.", histogram),
    ]
    try await serving(metrics: families) { endpoint in
      let answer = await request("/metrics", at: endpoint)
      #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
      #expect(answer.lowercased().contains("content-type: text/plain; version=0.0.4"))
      #expect(answer.contains("# TYPE assist_calls_active gauge\nassist_calls_active 3\n"))
      #expect(answer.contains("assist_sip_responses_total{status=\"200\"} 5\n"))
      #expect(answer.contains("assist_sip_responses_total{status=\"4\\\"\\n\"} 1\n"))
      #expect(answer.contains("assist_turn_seconds_bucket{le=\"0.02\"} 0\n"))
      #expect(answer.contains("assist_turn_seconds_bucket{le=\"0.03\"} 1\n"))
      #expect(answer.contains("assist_turn_seconds_bucket{le=\"+Inf\"} 2\n"))
      #expect(answer.contains("assist_turn_seconds_count 2\n"))
    }
  }

  @Test("what is not there is an error of the API's shape", arguments: ["/v1/calls", "/nothing%22", "/"])
  func missing(target: String) async throws {
    try await serving { endpoint in
      let answer = await request(target, method: "POST", at: endpoint)
      #expect(answer.hasPrefix("HTTP/1.1 404"))
      #expect(answer.lowercased().contains("content-type: application/json"))
      #expect(answer.contains(#"{"error":{"code":"not_found","message":"there is no POST /"#))
      #expect(answer.hasSuffix("\"param\":null}}\n"))
    }
  }

  @Test("a taken port is named with what to do")
  func takenPort() async throws {
    try await serving { endpoint in
      let second = HTTPService(
        listen: endpoint, sources: .init(isReady: { true }, metrics: { [] }), logger: Self.quiet)
      let error = await #expect(throws: HTTPService.Failure.self) { try await second.run() }
      #expect(
        error?.description == "http can't listen on \(endpoint): Address already in use; "
          + "end what uses it or set `http.listen` to another")
    }
  }
}

/// A request that blocks a thread of its own.
private struct BlockingRequest: Sendable {
  var port: UInt16
  var text: String

  func run(_ done: @escaping @Sendable (String) -> Void) {
    let body: @Sendable () -> Void = { done(answer()) }
    final class Box {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      box.release()
      return done("no thread")
    }
    pthread_detach(thread)
  }

  private func answer() -> String {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return "no socket" }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return "not connected" }
    let bytes = Array(text.utf8)
    guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return "not sent" }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = recv(socket, &buffer, buffer.count, 0), count > 0 { result += buffer[0..<count] }
    return String(decoding: result, as: UTF8.self)
  }
}
