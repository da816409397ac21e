import Glibc
import HTTPTypes
package import Hummingbird
package import Logging
package import Net
import NetNIO
import NIOCore
package import Reporting
import ServiceLifecycle
package import SocketIO

/// The HTTP side of the server: liveness, readiness and metrics, which come from closures, and whatever routes it is
/// given.
package struct HTTPService: Sendable {
  /// What the pages are made of.
  package struct Sources: Sendable {
    /// Whether calls are taken; false while draining.
    package var isReady: @Sendable () -> Bool
    /// All numbers as they are now.
    package var metrics: @Sendable () async -> [MetricFamily]

    /// Pages of these.
    package init(isReady: @escaping @Sendable () -> Bool, metrics: @escaping @Sendable () async -> [MetricFamily]) {
      self.isReady = isReady
      self.metrics = metrics
    }
  }

  /// Why it does not listen.
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  package var listen: SocketEndpoint
  package var sources: Sources
  package var routes: [any HTTPRoutes]
  /// Served on the same port, if there is one.
  package var socketIO: SocketIOServer?
  /// Web origins that may use the API from a browser.
  package var origins: [String]
  package var logger: Logger

  package init(
    listen: SocketEndpoint, sources: Sources, routes: [any HTTPRoutes] = [], socketIO: SocketIOServer? = nil,
    origins: [String] = [], logger: Logger = Logger(label: "http")
  ) {
    self.socketIO = socketIO
    self.origins = origins
    self.listen = listen
    self.sources = sources
    self.routes = routes
    self.logger = logger
  }

  /// Serves until the task is cancelled or the service group shuts down. `whenListening` learns the address with the
  /// port that was taken, which matters when `listen` asks for port 0. Throws `Failure` when the port can't be had.
  package func run(whenListening: @escaping @Sendable (SocketEndpoint) async -> Void = { _ in }) async throws {
    let listen = listen
    let application = Application(
      router: router(), server: .upgradable(socketIO.map { [$0.engine] } ?? []),
      configuration: ApplicationConfiguration(
        address: .hostname(listen.address.description, port: Int(listen.port)), serverName: "assist"),
      onServerRunning: { channel in
        await whenListening(SocketEndpoint(channel.localAddress) ?? listen)
      },
      logger: logger)
    // In a task of its own, which a cancellation of ours asks to end in good order: answers under way are finished.
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
    let running = Task { try await group.run() }
    do {
      try await withTaskCancellationHandler {
        try await running.value
      } onCancel: {
        Task { await group.triggerGracefulShutdown() }
      }
    } catch let error as IOError {
      throw Failure(
        description:
          "http can't listen on \(listen): \(error.explanation); end what uses it or set `http.listen` to another")
    }
  }

  /// The routes, for tests that need no socket as well.
  package func router() -> Router<BasicRequestContext> {
    let router = Router(options: .autoGenerateHeadEndpoints)
    let sources = sources
    router.add(middleware: OriginMiddleware(origins))
    let paths = KnownPaths()
    router.add(middleware: APIErrorMiddleware(paths: paths))
    socketIO?.addRoutes(to: router)
    router.get("healthz") { _, _ in Response(status: .ok, text: "ok\n") }
    router.get("readyz") { _, _ in
      sources.isReady()
        ? Response(status: .ok, text: "ready\n") : Response(status: .serviceUnavailable, text: "draining\n")
    }
    router.get("metrics") { _, _ in
      let text = PrometheusText.render(await sources.metrics())
      return Response(status: .ok, text: text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
    for routes in routes { routes.add(to: router) }
    paths.learn(router)
    return router
  }
}

extension IOError {
  /// The system's words for the error number, without the name of the call that failed.
  fileprivate var explanation: String { String(cString: strerror(errnoCode)) }
}
