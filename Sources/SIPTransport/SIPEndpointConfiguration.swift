public import Net
internal import NIOCore
public import SIPStack

/// A socket for SIP to be opened.
public struct SIPListener: Sendable, Hashable {
  /// UDP, TCP, or TLS where the configuration has the means for it.
  public var transport: TransportKind
  /// What to bind: `0.0.0.0` and `::` stand for all addresses, port 0 for one that the kernel chooses.
  public var endpoint: SocketEndpoint
  /// What Via and Contact show, from behind a NAT the outer address. Nil shows the bound address, and for a wildcard
  /// that of the first network interface.
  public var externalHost: Host?
  /// The port to show with it; nil shows the bound one.
  public var externalPort: UInt16?

  /// A listener on `endpoint`.
  public init(
    transport: TransportKind, endpoint: SocketEndpoint, externalHost: Host? = nil, externalPort: UInt16? = nil
  ) {
    self.transport = transport
    self.endpoint = endpoint
    self.externalHost = externalHost
    self.externalPort = externalPort
  }
}

/// How an endpoint listens and behaves.
public struct SIPEndpointConfiguration: Sendable {
  /// The sockets to open, at least one.
  public var listeners: [SIPListener]
  /// How the user agent behaves; its `listeners` are set by the endpoint.
  public var userAgent = UserAgentConfiguration(listeners: [])
  /// Calls that may wait for the reader of `SIPEndpoint.incomingCalls`; more are refused with 503. Default 128.
  public var maximumWaitingCalls = 128
  /// Stream connections at the same time, in and out; more are closed at once. Default 1000.
  public var maximumConnections = 1000
  /// What may wait to be sent on one connection, in bytes, each write counted with what it costs besides. A peer that
  /// lets more come together does not read, and its connection is closed. Default 512 KiB: several times what a proxy
  /// with hundreds of calls leaves unread in a second.
  public var maximumUnsent = 512 << 10
  /// The same for all connections together; beyond it, the one with the most is closed. Default 64 MiB.
  public var maximumUnsentInAll = 64 << 20
  /// Our certificate, for connections over TLS that peers open. Nil: none can be listened for.
  public var tlsServer: TLSContext?
  /// Whom we trust, for connections over TLS that we open. Nil: none can be opened.
  public var tlsClient: TLSContext?
  /// A connection that carries no call is closed after so long without a byte. Default 10 min.
  public var idleTimeout = Duration.seconds(600)
  /// A connection that has not sent a whole message by then is closed. Default 30 s.
  public var firstMessageTimeout = Duration.seconds(30)
  /// How long a connection may take to be made, and how long to be secured then. Default 5 s.
  public var connectTimeout = Duration.seconds(5)

  /// A configuration with these listeners and defaults for the rest.
  public init(listeners: [SIPListener]) {
    self.listeners = listeners
  }
}

/// Why an endpoint could not start.
public enum SIPEndpointError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another program has the port.
  case addressInUse(TransportKind, SocketEndpoint)
  /// The address is not one of this machine, or the port needs rights.
  case notBindable(TransportKind, SocketEndpoint, reason: String)
  /// This transport can't be listened on.
  case unsupported(TransportKind)
  /// No listener is configured.
  case noListeners

  /// What is wrong and what to do, in one line.
  public var description: String {
    switch self {
    case .addressInUse(let transport, let address):
      "\(transport.rawValue)://\(address) is already in use: stop the program that holds it, or listen on another port"
    case .notBindable(let transport, let address, let reason):
      "\(transport.rawValue)://\(address) can't be bound (\(reason)): use an address of this machine and a port above 1023"
    case .unsupported(let transport):
      "Listening on \(transport.rawValue) is not supported: use udp or tcp"
    case .noListeners:
      "No SIP listener is configured: give at least one, such as udp://127.0.0.1:5060"
    }
  }
}
