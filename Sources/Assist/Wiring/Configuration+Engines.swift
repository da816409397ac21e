import RTPEngine
import SIPStack
import SIPTransport

extension MediaEngineConfiguration {
  /// What the configuration says of media. Sockets are bound to loopback when SIP is heard nowhere else.
  init(_ configuration: Configuration) {
    self.init()
    ports = UInt16(clamping: configuration.rtp.ports.lowerBound)...UInt16(clamping: configuration.rtp.ports.upperBound)
    mediaTimeout = configuration.rtp.mediaTimeout
    workers = configuration.rtp.threads ?? 0
    bindAddress = configuration.sip.mediaAddress
  }
}

extension SIPConfiguration {
  /// What media sockets are bound to: loopback when SIP is heard nowhere else, IPv6 when it is heard on nothing else.
  var mediaAddress: String {
    let endpoints = listen.map(\.endpoint)
    if endpoints.allSatisfy(\.isLoopback), let first = endpoints.first { return first.host }
    return !endpoints.isEmpty && endpoints.allSatisfy(\.isIPv6) ? "::" : "0.0.0.0"
  }
}

extension SIPEndpointConfiguration {
  /// What the configuration says of SIP.
  init(_ configuration: Configuration) {
    self.init(
      listeners: configuration.sip.listen.compactMap { listener in
        TransportKind(rawValue: listener.transport.rawValue).map {
          SIPTransport.SIPListener(
            transport: $0, host: listener.endpoint.host, port: listener.endpoint.port,
            externalHost: configuration.sip.externalAddress)
        }
      })
    digestHash = .openSSL
    userAgent.admission = AdmissionPolicy(
      anonymous: configuration.sip.anonymous,
      neighbours: configuration.sip.trunks.map { .init(name: $0.name, networks: $0.acceptFrom) },
      users: configuration.sip.users.map { SIPCredentials(username: $0.username, password: $0.password.value) })
  }
}
