import Net
import RTPEngine
import Settings
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

extension SIPEndpointConfiguration {
  /// What the configuration says of SIP.
  init(_ configuration: Configuration) {
    self.init(
      listeners: configuration.sip.listen.map { listener in
        SIPTransport.SIPListener(
          transport: listener.transport, endpoint: listener.endpoint,
          externalHost: configuration.sip.externalAddress.map { .address($0) })
      })
    userAgent.admission = AdmissionPolicy(
      anonymous: configuration.sip.anonymous,
      neighbours: configuration.sip.trunks.map { .init(name: $0.name, networks: $0.acceptFrom) },
      users: configuration.sip.users.map { SIPCredentials(username: $0.username, password: $0.password.value) })
  }
}
