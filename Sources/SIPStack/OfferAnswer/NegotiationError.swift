/// Why offer and answer did not lead to a session. A request is then answered with `status` and `warning`.
public enum NegotiationError: Error, Hashable, Sendable {
  /// No audio line, or only such with port 0.
  case noAudio
  /// No codec that both know.
  case noCommonCodec
  /// A transport profile we cannot meet, such as SAVP.
  case incompatibleTransport(String)
  /// A network type other than IN, or the other IP version than ours.
  case incompatibleNetwork(String)
  /// An address that is no unicast IP address.
  case incompatibleAddress(String)
  /// Neither the session nor the audio line says where media goes.
  case missingConnection
  /// The answer has another number of media lines than the offer, or of another kind.
  case mismatchedAnswer
  /// The answer refuses the audio line.
  case refused
  /// An answer to no offer.
  case noPendingOffer

  /// 488.
  public var status: Int { 488 }

  /// The code and text of Warning (RFC 3261 section 20.43).
  public var warning: (code: Int, text: String) {
    switch self {
    case .noAudio, .refused: (304, "Media type not available")
    case .noCommonCodec: (305, "Incompatible media format")
    case .incompatibleTransport: (302, "Incompatible transport protocol")
    case .incompatibleNetwork: (300, "Incompatible network protocol")
    case .incompatibleAddress: (301, "Incompatible network address formats")
    case .missingConnection: (399, "No connection line")
    case .mismatchedAnswer: (399, "Answer does not match the offer")
    case .noPendingOffer: (399, "Answer without an offer")
    }
  }

  /// The value of the Warning field.
  /// - Parameter agent: our host name or address.
  public func warningValue(agent: String) -> String { "\(warning.code) \(agent) \(warning.text.quoted)" }
}
