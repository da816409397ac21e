/// What a datagram on a media port is, by its first two bytes (RFC 7983; RFC 5761 section 4 for RTP against RTCP).
public enum DatagramKind: Sendable, Equatable {
  /// RTP or SRTP.
  case rtp
  /// RTCP or SRTCP: payload types 64 to 95 in the second byte's lower seven bits.
  case rtcp
  /// A STUN message.
  case stun
  /// A DTLS record.
  case dtls
  /// None of these.
  case unknown

  /// Looks at `datagram` without judging the rest of it.
  public init(of datagram: Span<UInt8>) {
    guard datagram.count >= 2 else {
      self = .unknown
      return
    }
    switch datagram[0] {
    case 0...3: self = .stun
    case 20...63: self = .dtls
    case 128...191:
      let type = datagram[1] & 0x7F
      self = type >= 64 && type <= 95 ? .rtcp : .rtp
    default: self = .unknown
    }
  }
}
