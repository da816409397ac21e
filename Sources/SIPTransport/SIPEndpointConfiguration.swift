public import Net
internal import NIOCore
public import SIPStack

/// A socket for SIP to be opened.
public struct SIPListener: Sendable, Hashable {
  /// UDP or TCP.
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
  /// Stream connections at the same time, in and out; more are closed at once. Default 1000.
  public var maximumConnections = 1000
  /// A connection that carries no call is closed after so long without a byte. Default 10 min.
  public var idleTimeout = Duration.seconds(600)
  /// A connection that has not sent a whole message by then is closed. Default 30 s.
  public var firstMessageTimeout = Duration.seconds(30)
  /// How long a TCP connection may take to be made. Default 5 s.
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
