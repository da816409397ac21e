internal import Net

/// How connections of one stream transport are made: what protects their bytes, and what cuts them into messages.
///
/// What a connection's flow is called follows from this, never from the socket.
struct StreamConnector: Sendable {
  /// What SIP calls the transport.
  let transport: TransportKind
  let security: StreamSecurity
  let makeFraming: @Sendable () -> any StreamFraming
}

extension StreamConnector {
  /// The connectors that a configuration gives the means for, by transport.
  static func all(_ configuration: SIPEndpointConfiguration) -> [TransportKind: StreamConnector] {
    var connectors = [
      TransportKind.tcp: StreamConnector(transport: .tcp, security: .none) { ContentLengthFraming() }
    ]
    if configuration.tlsServer != nil || configuration.tlsClient != nil {
      let security = StreamSecurity.tls(server: configuration.tlsServer, client: configuration.tlsClient)
      connectors[.tls] = StreamConnector(transport: .tls, security: security) { ContentLengthFraming() }
    }
    return connectors
  }
}
