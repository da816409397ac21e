public import Net

extension TransportKind {
  /// The name in a Via header field.
  public var viaName: String { rawValue.uppercased() }

  /// The port of SIP when none is given: 5060, or 5061 for TLS.
  public var defaultPort: UInt16 { self == .tls ? 5061 : 5060 }
}

/// The path on which a message came, and on which an answer can go: a UDP socket and its peer, or a connection.
public struct Flow: Sendable, Hashable {
  /// Which transport.
  public var transport: TransportKind
  /// Our end.
  public var local: SocketEndpoint
  /// The peer's end as the socket sees it.
  public var remote: SocketEndpoint
  /// Tells connections apart, never reused; 0 for UDP.
  public var connection: UInt64

  /// A flow with these ends.
  public init(transport: TransportKind, local: SocketEndpoint, remote: SocketEndpoint, connection: UInt64 = 0) {
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
