import Hummingbird
import SocketIO

/// The two servers of the suites.
struct ConformanceServers {
  /// Sends each message back.
  private struct Echo: EngineApplication {
    func opened(_ connection: EngineConnection) {}
    func received(_ message: EngineMessage, _ connection: EngineConnection) { connection.send(message) }
    func closed(_ connection: EngineConnection, _ reason: EngineCloseReason) {}
  }

  private let echo: EngineServer
  private let sockets: SocketIOServer

  init(_ options: SocketIOConformance) {
    var engine = EngineConfiguration(path: "/engine.io/")
    engine.pingInterval = .milliseconds(options.pingInterval)
    engine.pingTimeout = .milliseconds(options.pingTimeout)
    engine.maxPayload = 1_000_000
    engine.allowsOrigin = { _, _ in true }
    echo = EngineServer(configuration: engine, application: Echo())
    engine.path = "/socket.io/"
    var configuration = SocketIOConfiguration(engine: engine)
    configuration.connectTimeout = .seconds(1)
    configuration.recovery = options.recovery.map { .seconds($0) }
    sockets = SocketIOServer(configuration: configuration)
    for name in ["/", "/custom"] {
      let namespace = sockets.namespace(name)
      namespace.onConnection { socket in socket.emit("auth", socket.handshake.auth) }
      namespace.on("message") { socket, arguments, _ in socket.emit("message-back", arguments: arguments) }
      namespace.on("message-with-ack") { _, arguments, ack in ack?.send(arguments) }
      // What the suites do not ask for: all see it, so that a client that was away can be told of it.
      namespace.on("say") { _, arguments, ack in
        namespace.emit("said", arguments)
        ack?.send([])
      }
      namespace.on("ask-me") { socket, arguments, _ in
        let answer = try? await socket.emitWithAck("question", arguments, timeout: .seconds(5))
        socket.emit("answered", arguments: answer ?? ["nothing"])
      }
      namespace.on("put-me-out") { socket, _, _ in socket.disconnect() }
    }
    sockets.namespace("/members").authorise { handshake in
      guard handshake.auth["token"] == "open sesame" else {
        throw ConnectRefusal("Not authorized", data: ["code": "bad_token"])
      }
      return ()
    }
    LoadGenerator.prepare(sockets.namespace("/load"))
  }

  var engines: [EngineServer] { [echo, sockets.engine] }
  var load: Namespace { sockets.namespace("/load") }

  func addRoutes(to router: Router<BasicRequestContext>) {
    echo.addRoutes(to: router)
    sockets.addRoutes(to: router)
  }
}
