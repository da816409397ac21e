/// An audio codec that a leg can send and receive.
public enum AudioCodec: Sendable, Equatable, CaseIterable {
  /// G.711 µ-law.
  case pcmu
  /// G.711 A-law.
  case pcma

  /// Ticks of the RTP timestamp a second.
  public var clockRate: Int { 8000 }

  /// The static payload type of RFC 3551.
  public var staticPayloadType: UInt8 {
    switch self {
    case .pcmu: 0
    case .pcma: 8
    }
  }
}

/// Which payload type means what on a leg: for what arrives, the numbers that *our* SDP assigned.
public struct PayloadMap: Sendable, Equatable {
  /// PCMU's number, if negotiated.
  public var pcmu: UInt8?
  /// PCMA's number, if negotiated.
  public var pcma: UInt8?
  /// The number of telephone-event/8000 (RFC 4733), if negotiated.
  public var telephoneEvent: UInt8?
  /// Comfort noise (RFC 3389). It may come though nobody negotiated it, and must never sound as voice.
  public var comfortNoise: UInt8?

  /// A map; by default both laws, events on 101 and comfort noise on 13.
  public init(
    pcmu: UInt8? = 0, pcma: UInt8? = 8, telephoneEvent: UInt8? = 101, comfortNoise: UInt8? = 13
  ) {
    self.pcmu = pcmu
    self.pcma = pcma
    self.telephoneEvent = telephoneEvent
    self.comfortNoise = comfortNoise
  }

  /// What a payload type stands for.
  public enum Meaning: Sendable, Equatable {
    /// Voice in this codec.
    case audio(AudioCodec)
    /// A named telephone event.
    case telephoneEvent
    /// Comfort noise parameters.
    case comfortNoise
  }

  /// What `payloadType` stands for; `nil` when it was not negotiated.
  public func meaning(of payloadType: UInt8) -> Meaning? {
    if payloadType == pcmu { return .audio(.pcmu) }
    if payloadType == pcma { return .audio(.pcma) }
    if payloadType == telephoneEvent { return .telephoneEvent }
    if payloadType == comfortNoise { return .comfortNoise }
    return nil
  }
}
