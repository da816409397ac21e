package import Hummingbird
package import Logging

/// A Socket.IO 5 server on Engine.IO 4.
///
/// Add `routes` to the router and build the HTTP server with `HTTPServerBuilder.upgradable([server.engine])`.
package final class SocketIOServer: Sendable {
  /// The server below: its routes, its connections.
  package let engine: EngineServer
  private let core: SocketIOCore

  package init(
    configuration: SocketIOConfiguration = SocketIOConfiguration(), logger: Logger = Logger(label: "socket.io")
  ) {
    core = SocketIOCore(configuration: configuration, logger: logger)
    engine = EngineServer(configuration: configuration.engine, application: core, logger: logger)
  }

  /// The namespace `name`, which exists from now on. Names begin with a slash.
  package func namespace(_ name: String = "/") -> Namespace { core.namespace(name) }

  /// Adds polling to a router.
  package func addRoutes(to router: Router<some RequestContext>) { engine.addRoutes(to: router) }

  /// Closes all connections and takes no more. Clients may recover from a server that goes on running.
  package func shutdown() { engine.shutdown() }
}
