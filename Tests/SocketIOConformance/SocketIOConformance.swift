import ArgumentParser
import Glibc
import Hummingbird
import Logging
import SocketIO

/// Serves what the protocol's conformance suites talk to: an echo on Engine.IO at `/engine.io/`, and Socket.IO at
/// `/socket.io/`, with the short times that the suites expect.
@main
struct SocketIOConformance: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "socketio-conformance",
    abstract: "The server under test of the Engine.IO and Socket.IO protocol suites.",
    discussion: "Prints `ready http=HOST:PORT` and ends with SIGTERM.")

  @Option(help: "Where to listen.")
  var host = "127.0.0.1"
  @Option(help: "Where to listen; 0 for any free port.")
  var port = 3000
  @Option(help: "Seconds of connection state recovery, which the suites know nothing of.")
  var recovery: Int?
  @Option(help: "Milliseconds from ping to ping.")
  var pingInterval = 300
  @Option(help: "Milliseconds that a pong may take.")
  var pingTimeout = 200
  @Option(help: "Events per second that the namespace /load sends to its rooms.")
  var load = 0
  @Option(help: "Clients that the load is for.")
  var loadClients = 2000

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port must be 0 to 65535.") }
    guard (0...100_000).contains(load) else { throw ValidationError("--load must be 0 to 100000.") }
    guard (1...100_000).contains(loadClients) else { throw ValidationError("--load-clients must be 1 to 100000.") }
    guard pingInterval > 0, pingTimeout > 0, recovery ?? 1 > 0 else { throw ValidationError("Times are positive.") }
  }

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    var logger = Logger(label: "socketio-conformance")
    logger.logLevel = .warning
    let servers = ConformanceServers(self)
    let router = Router()
    servers.addRoutes(to: router)
    let host = host
    let application = Application(
      router: router, server: .upgradable(servers.engines),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in
        // Standard output may be a pipe, which would hold the line back.
        print("ready http=\(host):\(channel.localAddress?.port ?? 0)")
        fflush(nil)
      }, logger: logger)
    let events = load
    if events > 0 {
      let generator = LoadGenerator(namespace: servers.load, clients: loadClients)
      let task = Task { await generator.run(perSecond: events) }
      defer { task.cancel() }
      try await application.runService()
    } else {
      try await application.runService()
    }
  }
}
