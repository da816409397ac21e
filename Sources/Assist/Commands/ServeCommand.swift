import ArgumentParser
import ChatBridge
import ControlAPI
import Coordination
import Glibc
import Logging
import Net
import Reporting
import Settings
import UnixSignals

/// `assist serve`
struct ServeCommand: AsyncParsableCommand, RootCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Takes calls until it is told to stop.",
    discussion: """
      Without a file: embedded providers, an English dialogue, SIP on 127.0.0.1:5060 (UDP and TCP). Prints a line that \
      begins with 'ready' when it takes calls. SIGTERM and SIGINT drain and end it, a second one ends \
      the draining. SIGHUP rereads the configuration.
      """)

  @Option(help: "The configuration, a YAML file.")
  var config: String?

  @Option(help: "Seconds that live calls may go on after SIGTERM.")
  var drainSeconds = 30

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel = LogLevel.info

  func validate() throws {
    guard (0...86_400).contains(drainSeconds) else { throw ValidationError("--drain-seconds takes 0 to 86400") }
  }

  func run() async throws { try await begin()() }

  func begin() throws -> @Sendable () async throws -> Void {
    let configuration = try Configuration.loadForCommand(config)
    try configuration.runAs?.become()
    return { try await serve(configuration) }
  }

  private func serve(_ configuration: Configuration) async throws {
    let logger = ProgramLog.start(level: logLevel.level)
    for warning in configuration.warnings { logger.warning("\(warning)") }
    if SystemAccount.isRoot {
      logger.warning("this server runs as root; name a user in `run_as`, which it becomes at the start")
    }
    let figures = ServerFigures()
    let server = try await Server.start(configuration, figures: figures, logger: logger)
    let served = server.routes(configuration)
    let http = HTTPService(
      listen: configuration.http.listen,
      sources: HTTPService.Sources(isReady: { figures.isReady }, metrics: { await server.metrics() }),
      routes: served.routes, socketIO: served.console.io, origins: configuration.http.origins, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
      group.addTask { await server.run() }
      let console = Task { await served.console.run() }
      defer { console.cancel() }
      group.addTask {
        try await http.run { address in
          print("ready sip=\(server.sipAddresses) http=\(address)")
          // Whoever starts it on their own machine shall see it at once; where people are named, they have passwords.
          if configuration.people.isEmpty, address.address.isLoopback {
            print("console http://\(address)/#link=\(served.signIns.makeLink()) (signs in once, within the hour)")
          }
          fflush(nil)  // whoever waits for the line reads a pipe
        }
      }
      let stop = Gate()
      group.addTask {
        var isStopping = false
        for await signal in signals {
          switch (signal, isStopping) {
          case (.sighup, _): await reload(server, logger: logger)
          case (_, false):
            isStopping = true
            stop.open()
          case (_, true): server.endDrain()
          }
        }
      }
      group.addTask {
        await stop.wait()
        guard !Task.isCancelled else { return }
        logger.info("draining", metadata: ["seconds": "\(drainSeconds)"])
        await server.drain(for: .seconds(drainSeconds))
      }
      // Whichever comes first: a signal that ends it all, or an HTTP port that can't be had.
      let outcome = await group.nextResult()
      await server.stop()
      group.cancelAll()
      try outcome?.get()
    }
  }

  private func reload(_ server: Server, logger: Logger) async {
    do {
      let fresh = try Configuration.loadForCommand(config)
      for warning in fresh.warnings { logger.warning("\(warning)") }
      try await server.reload(fresh)
      logger.info("configuration reread; calls from now on follow it")
    } catch {
      logger.error("configuration not reread, the old one holds", metadata: ["why": "\(error)"])
    }
  }
}
