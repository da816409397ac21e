import Net
import RTPEngine
import SIPStack

/// A call's media leg, and what is negotiated for it.
///
/// The leg is changed only when the negotiation has succeeded.
package struct MediaSession {
  let leg: MediaLeg
  let mode: LegMode
  /// Until a `CallCore` has it.
  var negotiation: MediaNegotiation
  private var isStarted = false

  /// A session for `leg`, which the peer reaches at `address`.
  init(leg: MediaLeg, mode: LegMode, address: IPAddress, codecs: [AudioCodec]) {
    self.leg = leg
    self.mode = mode
    negotiation = MediaNegotiation(endpoint: SocketEndpoint(address, port: leg.localPort), codecs: codecs)
  }

  /// Lets media flow as agreed: starts the leg, or changes it.
  mutating func apply(_ agreed: NegotiatedAudio) {
    guard let session = LegSession(agreed) else { return }
    if isStarted { leg.update(session) } else { leg.start(session, mode: mode) }
    isStarted = true
  }
}

extension LegSession {
  /// What was negotiated, in the terms of the media engine; nil if the codec is none of ours.
  init?(_ audio: NegotiatedAudio) {
    guard let codec = AudioCodec(name: audio.codec.name) else { return nil }
    var receive = PayloadMap()
    receive[codec] = audio.receivePayloadType
    receive.telephoneEvent = audio.receiveTelephoneEvent
    self.init(
      remote: audio.remote, remoteRTCP: audio.remoteRTCP, codec: codec,
      sendPayloadType: audio.sendPayloadType, receive: receive, sendTelephoneEvent: audio.sendTelephoneEvent,
      canSend: audio.canSend, canReceive: audio.canReceive)
  }
}

extension AudioCodec {
  /// The codec that SDP and the configuration call `name`, in any case.
  package init?(name: String) {
    guard let codec = Self.allCases.first(where: { $0.description.name == name.uppercased() }) else { return nil }
    self = codec
  }

  /// The codec in SDP's terms.
  var description: CodecDescription {
    switch self {
    case .pcmu: .pcmu
    case .pcma: .pcma
    }
  }
}
