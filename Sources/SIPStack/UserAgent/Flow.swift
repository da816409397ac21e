/// What carries SIP messages: RFC 3261 section 18.
public enum TransportKind: String, Sendable, Hashable, CaseIterable {
  /// Datagrams, at most 65,535 bytes, unreliable.
  case udp
  /// A byte stream framed by Content-Length.
  case tcp
  /// The same inside TLS.
  case tls

  /// Whether the transport itself delivers, so that the transactions need not retransmit.
  public var isReliable: Bool { self != .udp }

  /// The name in a Via header field.
  public var viaName: String { rawValue.uppercased() }

  /// The port when none is given: 5060, or 5061 for TLS.
  public var defaultPort: UInt16 { self == .tls ? 5061 : 5060 }
}

/// A host, as a name or an address literal without brackets, and a port.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
  /// A name, an IPv4 address or an IPv6 address without brackets.
  public var host: String
  /// The port, 0 when it is not known.
  public var port: UInt16

  /// `host` and `port` as they are.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// The form `host:port`, with brackets around an IPv6 address.
  public var description: String { "\(bracketedHost):\(port)" }

  /// The host as a URI or Via shows it.
  public var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
}

/// The path on which a message came, and on which an answer can go: a UDP socket and its peer, or a connection.
public struct Flow: Sendable, Hashable {
  /// Which transport.
  public var transport: TransportKind
  /// Our end.
  public var local: HostPort
  /// The peer's end as the socket sees it.
  public var remote: HostPort
  /// Tells connections apart, never reused; 0 for UDP.
  public var connection: UInt64

  /// A flow with these ends.
  public init(transport: TransportKind, local: HostPort, remote: HostPort, connection: UInt64 = 0) {
    self.transport = transport
    self.local = local
    self.remote = remote
    self.connection = connection
  }
}

/// A place to send to that may need a connection or the resolution of a name first.
public struct Hop: Sendable, Hashable {
  /// Which transport.
  public var transport: TransportKind
  /// The host as a name or a literal, and the port.
  public var address: HostPort

  /// `address` over `transport`.
  public init(transport: TransportKind, address: HostPort) {
    self.transport = transport
    self.address = address
  }
}

/// Names one request of the user agent for a flow to a hop.
public struct FlowRequestID: Sendable, Hashable {
  let value: UInt64
}

/// Where a message shall go: a flow while it is open, else a hop.
struct Destination: Sendable, Hashable {
  var flow: Flow?
  var hop: Hop?

  init(flow: Flow? = nil, hop: Hop? = nil) {
    self.flow = flow
    self.hop = hop
  }

  var transport: TransportKind { flow?.transport ?? hop?.transport ?? .udp }
}
