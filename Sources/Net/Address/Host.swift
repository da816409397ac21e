/// A machine as it is written: by its name, or by its address.
public enum Host: Sendable, Hashable, CustomStringConvertible {
  /// A name that has to be looked up.
  case name(String)
  /// An address.
  case address(IPAddress)

  /// Reads a name or a literal without brackets. What is no literal is taken for a name; whether it may be one is for
  /// whoever reads the text around it to check.
  public init(_ text: some StringProtocol) {
    self = IPAddress(text).map { .address($0) } ?? .name(String(text))
  }

  /// The address, if it is one.
  public var address: IPAddress? { if case .address(let address) = self { address } else { nil } }

  /// The name or the literal, without brackets.
  public var description: String {
    switch self {
    case .name(let name): name
    case .address(let address): address.description
    }
  }

  /// The same as a URI or Via shows it: IPv6 in brackets.
  public var bracketed: String {
    if case .address(let address) = self, address.family == .v6 { "[\(address)]" } else { description }
  }
}

/// A machine by name or address, and a port.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
  /// Which machine.
  public var host: Host
  /// The port, 0 when it is not known.
  public var port: UInt16

  /// `host` and `port` as they are.
  public init(host: Host, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// The same for a place that needs no look-up.
  public init(_ endpoint: SocketEndpoint) {
    self.init(host: .address(endpoint.address), port: endpoint.port)
  }

  /// Where it is, if that needs no look-up.
  public var endpoint: SocketEndpoint? { host.address.map { SocketEndpoint($0, port: port) } }

  /// The form `host:port`, with brackets around an IPv6 address.
  public var description: String { "\(host.bracketed):\(port)" }
}
