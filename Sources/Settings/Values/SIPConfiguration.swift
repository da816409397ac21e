package import Net

/// `sip`: where calls come in, and from whom.
package struct SIPConfiguration: Sendable, Equatable {
  /// Default `udp://127.0.0.1:5060` and `tcp://127.0.0.1:5060`.
  package var listen: [SIPListenAddress] = [
    SIPListenAddress(transport: .udp, endpoint: SocketEndpoint(.loopback, port: 5060)),
    SIPListenAddress(transport: .tcp, endpoint: SocketEndpoint(.loopback, port: 5060)),
  ]
  /// What Via, Contact and SDP show from behind a NAT. Default: the address that the packet leaves from.
  package var externalAddress: IPAddress?
  /// The certificate of TLS listeners.
  package var tls: TLSConfiguration?
  package var trunks: [TrunkConfiguration] = []
  /// Who may call in with digest authentication.
  package var users: [SIPUserConfiguration] = []
  /// Whether calls from anyone are taken. Default false; without a file true, on loopback alone.
  package var anonymous = false
}

/// An address that SIP is heard on, e.g. `udp://0.0.0.0:5060`.
package struct SIPListenAddress: Sendable, Equatable, CustomStringConvertible {
  package var transport: TransportKind
  package var endpoint: SocketEndpoint

  package var description: String { "\(transport.rawValue)://\(endpoint)" }
}

/// A certificate with its key, as PEM files.
package struct TLSConfiguration: Sendable, Equatable {
  package var certificate: String
  package var key: String
}

extension SIPConfiguration {
  /// What media sockets are bound to: loopback when SIP is heard nowhere else, IPv6 when it is heard on nothing else.
  package var mediaAddress: IPAddress {
    let addresses = listen.map(\.endpoint.address)
    if addresses.allSatisfy(\.isLoopback), let first = addresses.first { return first }
    return .unspecified(!addresses.isEmpty && addresses.allSatisfy { $0.family == .v6 } ? .v6 : .v4)
  }
}
