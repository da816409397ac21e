internal import NIOCore
internal import Net
internal import NetNIO

/// What protects the bytes of a stream.
enum StreamSecurity: Sendable {
  /// Nothing.
  case none
  /// TLS, with the context of each end that we may be.
  case tls(server: TLSContext?, client: TLSContext?)

  /// Whether connections can be accepted.
  var accepts: Bool {
    switch self {
    case .none: true
    case .tls(let server, _): server != nil
    }
  }

  /// Puts our end of a connection that a peer has opened into its pipeline; on its event loop.
  func secure(accepted channel: any Channel) throws {
    switch self {
    case .none: return
    case .tls(let server?, _): try TLSHandler.addServer(server, to: channel)
    case .tls(nil, _): throw SIPEndpointError.unsupported(.tls)
    }
  }

  /// Puts our end of a connection that we open to `host` into its pipeline; on its event loop. The future ends when
  /// messages may go out.
  func secure(opened channel: any Channel, to host: Host) throws -> EventLoopFuture<Void> {
    switch self {
    case .none: return channel.eventLoop.makeSucceededVoidFuture()
    case .tls(_, let client?): return try TLSHandler.addClient(client, serverName: host.description, to: channel)
    case .tls(_, nil): throw SIPEndpointError.unsupported(.tls)
    }
  }
}
