package import Logging
package import Net
import NIOPosix
package import RTPEngine
package import SIPStack
package import SIPTransport

/// A telephone of our own: places calls and takes them, one media thread, addresses as the kernel's routes have it.
package struct Caller {
  package let endpoint: SIPEndpoint
  private let engine: MediaEngine
  private let address: IPAddress
  private let user: String
  private let logger: Logger

  /// Samples a second of its legs.
  package static let sampleRate = MediaEngineConfiguration().sampleRate

  /// A telephone whose calls show `user`. Opens SIP on a free port of `address`, over UDP and TCP, and takes media ports from `ports`.
  package static func start(
    on address: IPAddress, as user: String = "caller", ports: ClosedRange<UInt16> = 20_000...29_999, logger: Logger
  ) async throws -> Caller {
    var media = MediaEngineConfiguration()
    media.workers = 1
    media.bindAddress = address
    media.ports = ports
    let engine = try MediaEngine(media)
    do {
      var configuration = SIPEndpointConfiguration(listeners: [
        SIPTransport.SIPListener(transport: .udp, endpoint: SocketEndpoint(address, port: 0)),
        SIPTransport.SIPListener(transport: .tcp, endpoint: SocketEndpoint(address, port: 0)),
      ])
      configuration.userAgent.user = user
      configuration.userAgent.acceptsReferrals = true
      configuration.userAgent.admission = AdmissionPolicy(anonymous: true)
      let endpoint = try await SIPEndpoint.start(
        configuration, group: MultiThreadedEventLoopGroup.singleton, logger: logger)
      return Caller(endpoint: endpoint, engine: engine, address: address, user: user, logger: logger)
    } catch {
      engine.stop()
      throw error
    }
  }

  /// The URI under which it can be called over UDP.
  package var uri: String { "sip:\(user)@\(endpoint.boundAddresses[0].local)" }

  /// A leg for a call.
  package func openLeg() throws -> MediaLeg { try engine.openLeg() }

  /// Offers `leg`'s media to a call.
  package func mediaSession(_ leg: MediaLeg, codecs: [AudioCodec] = [.pcma, .pcmu]) -> MediaSession {
    MediaSession(leg: leg, mode: .conversation, address: address, codecs: codecs)
  }

  /// Places a call and sees it to its end with `party` on the line.
  package func call(
    _ target: SIPURI, at address: IPAddress? = nil, leg: MediaLeg, codecs: [AudioCodec],
    transport: TransportKind? = nil,
    credentials: SIPCredentials? = nil, headers: Headers = Headers(), party: some CallParty,
    watching watch: @escaping @Sendable (SIPCallEvent) -> Void = { _ in }
  ) async throws {
    var media = mediaSession(leg, codecs: codecs)
    let call = try await endpoint.call(
      target, offer: media.negotiation.offer(), transport: transport, credentials: credentials, at: address,
      headers: headers)
    var phoneCall = PhoneCall(call, media: media, logger: logger, watch: watch)
    await phoneCall.run(party)
  }

  /// Follows a transfer: calls its target with `party` on the line, and tells the transferor how that goes.
  package func follow(_ referral: Referral, leg: MediaLeg, party: some CallParty) async {
    guard let target = referral.target.uri.sip else { return referral.refuse() }
    referral.accept()
    do {
      try await call(target, leg: leg, codecs: [.pcma, .pcmu], headers: referral.inviteHeaders, party: party) { event in
        switch event {
        case .provisional(let status, let reason, _): referral.report(status: status, reason: reason)
        case .answered: referral.report(status: 200, reason: "OK")
        // After an answer this is a word too late, which the dialog drops.
        case .ended(let ending): referral.report(status: ending.status ?? 480, reason: ending.text)
        default: break
        }
      }
    } catch {
      referral.report(status: 503, reason: "the call can't be placed")
    }
  }

  /// Takes a call with `party` on the line.
  package func take(_ call: SIPCall, leg: MediaLeg, party: some CallParty) async {
    var phoneCall = PhoneCall(call, media: mediaSession(leg), logger: logger)
    await phoneCall.answerAndRun(party)
  }

  package func stop() async {
    await endpoint.shutdown()
    engine.stop()
  }
}
