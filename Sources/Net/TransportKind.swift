/// What carries SIP messages: RFC 3261 section 18.
public enum TransportKind: String, Sendable, Hashable, CaseIterable {
  /// Datagrams, at most 65,535 bytes, unreliable.
  case udp
  /// A byte stream.
  case tcp
  /// The same inside TLS.
  case tls

  /// Whether the transport itself delivers, so that nobody above it need send again.
  public var isReliable: Bool { self != .udp }
}
