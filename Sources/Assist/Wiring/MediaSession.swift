import Net
import RTPEngine
import SIPStack

/// What offer and answer agree on, carried over to a call's media leg.
///
/// Every answer is made from the offer at hand; the leg is changed only when the negotiation has succeeded.
struct MediaSession {
  let leg: MediaLeg
  let mode: LegMode
  private var capabilities: MediaCapabilities
  private var negotiation: OfferAnswer
  private var isStarted = false
  /// Whether we have put the peer on hold: it may hear us and is not heard.
  private var isHolding = false
  /// What holds now; nil before the first agreement.
  private(set) var agreed: NegotiatedAudio?

  /// A session for `leg`, which the peer reaches at `address`.
  init(
    leg: MediaLeg, mode: LegMode, address: IPAddress, codecs: [AudioCodec],
    sessionID: UInt64 = .random(in: .min ... .max)
  ) {
    self.leg = leg
    self.mode = mode
    capabilities = MediaCapabilities(
      codecs: codecs.map(\.description), endpoint: SocketEndpoint(address, port: leg.localPort))
    negotiation = OfferAnswer(sessionID: sessionID)
  }

  /// Our offer, for an INVITE of ours or for one without an offer.
  mutating func offer() -> SessionDescription { negotiation.offer(capabilities, direction: direction) }

  /// The offer that puts the peer on hold or takes it back. If it is refused, what was before has to be set again.
  mutating func offer(holding: Bool) -> SessionDescription {
    isHolding = holding
    return offer()
  }

  /// The offer of other codecs, in order of preference.
  mutating func offer(codecs: [AudioCodec]) -> SessionDescription {
    capabilities.codecs = codecs.map(\.description)
    return offer()
  }

  private var direction: Direction { isHolding ? .sendOnly : .sendReceive }

  /// What a change may alter, to be put back when it is refused.
  var terms: (codecs: [CodecDescription], isHolding: Bool) {
    get { (capabilities.codecs, isHolding) }
    set { (capabilities.codecs, isHolding) = newValue }
  }

  /// The description of ours that was made last.
  var localDescription: SessionDescription? { negotiation.localDescription }

  /// The answer to the peer's offer. Media does not flow before `apply`.
  mutating func answer(to offer: SessionDescription) throws(NegotiationError) -> SessionDescription {
    let (description, audio) = try negotiation.answer(to: offer, with: capabilities, direction: direction)
    agreed = audio
    return description
  }

  /// Takes the peer's answer to our offer. Media does not flow before `apply`.
  mutating func accept(answer: SessionDescription) throws(NegotiationError) {
    agreed = try negotiation.accept(answer: answer)
  }

  /// Whether an offer of ours waits for its answer.
  var awaitsAnswer: Bool { negotiation.hasPendingOffer }

  /// Forgets an offer that the peer refused.
  mutating func discardOffer() { negotiation.discardOffer() }

  /// Lets media flow as agreed: starts the leg, or changes it.
  mutating func apply() {
    guard let agreed, let session = LegSession(agreed) else { return }
    if isStarted { leg.update(session) } else { leg.start(session, mode: mode) }
    isStarted = true
  }

  /// Whether the peer has put us on hold: it does not want to hear us.
  var isHeld: Bool { agreed.map { !$0.canSend } ?? false }
}

extension LegSession {
  /// What was negotiated, in the terms of the media engine; nil if the codec is none of ours.
  init?(_ audio: NegotiatedAudio) {
    guard let codec = AudioCodec(name: audio.codec.name) else { return nil }
    var receive = PayloadMap()
    switch codec {
    case .pcmu: receive.pcmu = audio.receivePayloadType
    case .pcma: receive.pcma = audio.receivePayloadType
    }
    receive.telephoneEvent = audio.receiveTelephoneEvent
    self.init(
      remote: audio.remote, remoteRTCP: audio.remoteRTCP, codec: codec,
      sendPayloadType: audio.sendPayloadType, receive: receive, sendTelephoneEvent: audio.sendTelephoneEvent,
      canSend: audio.canSend, canReceive: audio.canReceive)
  }
}

extension AudioCodec {
  /// The codec that SDP and the configuration call `name`, in any case.
  init?(name: String) {
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
