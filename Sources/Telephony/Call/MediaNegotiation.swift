package import Net
package import RTPEngine
import SIPStack

/// What offer and answer have agreed on for one call, and what we want. A value: media is changed by whoever obeys it, and
/// only when a negotiation has succeeded.
package struct MediaNegotiation: Sendable {
  /// What a change may alter, to be put back when it is refused.
  struct Terms: Sendable {
    var codecs: [CodecDescription]
    /// Whether we have put the peer on hold: it may hear us and is not heard.
    var isHolding: Bool
  }

  private var capabilities: MediaCapabilities
  private var negotiation: OfferAnswer
  private var isHolding = false
  /// What holds now; nil before the first agreement.
  private(set) var agreed: NegotiatedAudio?

  /// A negotiation for media that the peer reaches at `endpoint`, with codecs in order of preference.
  package init(endpoint: SocketEndpoint, codecs: [AudioCodec], sessionID: UInt64 = .random(in: .min ... .max)) {
    capabilities = MediaCapabilities(codecs: codecs.map(\.description), endpoint: endpoint)
    negotiation = OfferAnswer(sessionID: sessionID)
  }

  /// Our offer, for an INVITE of ours or for one without an offer.
  mutating func offer() -> SessionDescription {
    negotiation.offer(capabilities, direction: isHolding ? .sendOnly : .sendReceive)
  }

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

  var terms: Terms {
    get { Terms(codecs: capabilities.codecs, isHolding: isHolding) }
    set { (capabilities.codecs, isHolding) = (newValue.codecs, newValue.isHolding) }
  }

  /// The description of ours that was made last.
  var localDescription: SessionDescription? { negotiation.localDescription }

  /// The answer to the peer's offer.
  mutating func answer(to offer: SessionDescription) throws(NegotiationError) -> SessionDescription {
    let (description, audio) = try negotiation.answer(
      to: offer, with: capabilities, direction: isHolding ? .sendOnly : .sendReceive)
    agreed = audio
    return description
  }

  /// Takes the peer's answer to our offer.
  mutating func accept(answer: SessionDescription) throws(NegotiationError) {
    agreed = try negotiation.accept(answer: answer)
  }

  /// Whether an offer of ours waits for its answer.
  var awaitsAnswer: Bool { negotiation.hasPendingOffer }

  /// Forgets an offer that the peer refused.
  mutating func discardOffer() { negotiation.discardOffer() }

  /// Whether the peer has put us on hold: it does not want to hear us.
  var isHeld: Bool { agreed.map { !$0.canSend } ?? false }
}
