public import Audio

/// What a datagram on an RTP port turned out to be.
public enum Reception: Sendable, Equatable {
  /// Voice; it will be played.
  case audio
  /// A packet of a telephone event.
  case telephoneEvent
  /// Comfort noise: the sender is silent.
  case comfortNoise
  /// From a source that is not believed yet; kept, and played if the next packet follows it.
  case candidate
  /// From a source that has just been replaced.
  case stray
  /// A payload type that was not negotiated.
  case unknownPayloadType
  /// It came before.
  case duplicate
  /// Its time was over.
  case late
  /// More than 60 ms of audio in one packet.
  case tooLong
  /// Far from the sequence; believed only if the next packet follows it.
  case implausible
  /// No RTP.
  case invalid(RTPPacketError)

  /// Whether the datagram is part of the stream that this leg receives.
  public var isOfStream: Bool {
    switch self {
    case .audio, .telephoneEvent, .comfortNoise, .duplicate, .late: true
    case .candidate, .stray, .unknownPayloadType, .tooLong, .implausible, .invalid: false
    }
  }
}

/// What a pull filled its frame with.
public struct PulledFrame: Sendable, Equatable {
  /// Where the samples come from.
  public enum Kind: Sendable, Equatable {
    /// From packets, at least in part.
    case audio
    /// Made up in place of packets that are lost or have yet to come.
    case concealed
    /// The sender is silent on purpose (comfort noise, a telephone event, discontinuous transmission).
    case silence
    /// Nothing comes: silence.
    case empty
  }

  /// Where the samples come from.
  public var kind: Kind
  /// When the newest packet of which the frame has samples arrived.
  public var arrival: Instant?
}
