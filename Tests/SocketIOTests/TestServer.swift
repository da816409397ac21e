import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import SocketIO

/// A real server on a free port of 127.0.0.1: an echo on Engine.IO, and Socket.IO as the conformance suites want it.
struct TestServer {
  let port: Int
  let sockets: SocketIOServer

  private struct Echo: EngineApplication {
    func opened(_ connection: EngineConnection) {}
    func received(_ message: EngineMessage, _ connection: EngineConnection) { connection.send(message) }
    func closed(_ connection: EngineConnection, _ reason: EngineCloseReason) {}
  }

  /// Runs `body` with a server, then ends it in good order.
  static func run(
    _ configure: (inout SocketIOConfiguration) -> Void = { _ in }, _ body: (TestServer) async throws -> Void
  ) async throws {
    var configuration = SocketIOConfiguration()
    configuration.recovery = nil
    configure(&configuration)
    let sockets = SocketIOServer(configuration: configuration)
    for name in ["/", "/custom"] {
      let namespace = sockets.namespace(name)
      namespace.onConnection { socket in socket.emit("auth", socket.handshake.auth) }
      namespace.on("message") { socket, arguments, _ in socket.emit("message-back", arguments: arguments) }
      namespace.on("message-with-ack") { _, arguments, ack in ack?.send(arguments) }
    }
    var engine = configuration.engine
    engine.path = "/engine.io/"
    let echo = EngineServer(configuration: engine, application: Echo())
    let router = Router()
    sockets.addRoutes(to: router)
    echo.addRoutes(to: router)
    router.get("hello") { _, _ in "hello" }
    // Events sent by the server, one as soon as the one before is out, until the client goes.
    router.get("stream") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/event-stream"],
        body: ResponseBody { writer in
          for number in 0..<1000 {
            try await writer.write(ByteBuffer(string: "data: \(number)\n\n"))
            try await Task.sleep(for: .milliseconds(20))
          }
          try await writer.finish(nil)
        })
    }
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let application = Application(
      router: router, server: .upgradable([sockets.engine, echo]),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
    let running = Task { try await group.run() }
    guard let port = await ports.first(where: { _ in true }) else { return }
    do {
      try await body(TestServer(port: port, sockets: sockets))
    } catch {
      await group.triggerGracefulShutdown()
      throw error
    }
    await group.triggerGracefulShutdown()
    try await running.value
  }

  func request(_ method: String, _ target: String, body: String? = nil, headers: String = "") async throws -> HTTPAnswer
  {
    let connection = try await RawConnection(port: port)
    defer { connection.close() }
    let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
    connection.send(
      "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\(length)\(headers)\r\n\(body ?? "")")
    return try await connection.answer() ?? HTTPAnswer(status: 0, headers: [:], body: "")
  }
}

/// A polling session at `path`.
struct PollingSession: Sendable {
  let server: TestServer
  let id: String
  let target: String

  init(_ server: TestServer, path: String) async throws {
    self.server = server
    let answer = try await server.request("GET", "\(path)?EIO=4&transport=polling")
    let parts = answer.body.split(separator: "\"sid\":\"")
    id = parts.count > 1 ? String(parts[1].prefix { $0 != "\"" }) : ""
    target = "\(path)?EIO=4&transport=polling&sid=\(id)"
  }

  func get() async throws -> HTTPAnswer { try await server.request("GET", target) }
  func post(_ body: String) async throws -> HTTPAnswer { try await server.request("POST", target, body: body) }

  /// A GET that is on its way while the test does something else.
  func pendingGet() async throws -> RawConnection {
    let connection = try await RawConnection(port: server.port)
    connection.send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return connection
  }

  /// Goes through the answers to GETs until one holds `packet`.
  func waitFor(_ packet: String) async throws -> Bool {
    for _ in 0..<50 {
      let answer = try await get()
      guard answer.status == 200 else { return false }
      if answer.body.split(separator: "\u{1e}").contains(where: { $0 == packet }) { return true }
    }
    return false
  }
}

/// What a test waited for in vain.
struct Missing: Error {
  var what: String
}
