/// The fixed header of an RTP packet (RFC 3550 section 5.1), as far as an endpoint acts on it.
public struct RTPHeader: Sendable, Equatable {
  /// 0 to 127.
  public var payloadType: UInt8
  /// The marker bit: first packet of a talkspurt or of a telephone event.
  public var marker: Bool
  /// The sequence number.
  public var sequence: UInt16
  /// In units of the payload's clock rate.
  public var timestamp: UInt32
  /// The synchronisation source.
  public var ssrc: UInt32

  /// Bytes of a header without CSRCs and extension.
  public static let size = 12

  /// A header with these fields; `payloadType` is cut to seven bits.
  public init(payloadType: UInt8, marker: Bool = false, sequence: UInt16, timestamp: UInt32, ssrc: UInt32) {
    self.payloadType = payloadType & 0x7F
    self.marker = marker
    self.sequence = sequence
    self.timestamp = timestamp
    self.ssrc = ssrc
  }

  /// Writes the twelve bytes at the start of `datagram`; returns 12, or 0 when there is no room.
  public func write(into datagram: inout MutableSpan<UInt8>) -> Int {
    guard datagram.count >= RTPHeader.size else { return 0 }
    datagram[0] = 0x80
    datagram[1] = (marker ? 0x80 : 0) | payloadType & 0x7F
    datagram.storeBigEndian(sequence, at: 2)
    datagram.storeBigEndian(timestamp, at: 4)
    datagram.storeBigEndian(ssrc, at: 8)
    return RTPHeader.size
  }
}

/// Why a datagram is no RTP packet.
public enum RTPPacketError: Error, Sendable, Equatable {
  /// Shorter than the fixed header.
  case tooShort
  /// The version is not 2.
  case wrongVersion
  /// The payload type is one that RTCP uses (RFC 5761).
  case isRTCP
  /// The list of contributing sources runs past the end.
  case truncatedSources
  /// The header extension runs past the end.
  case truncatedExtension
  /// The padding count is zero or larger than what is there.
  case badPadding
}

/// Where the parts of a received RTP packet are.
public struct RTPPacket: Sendable, Equatable {
  /// The fixed header.
  public var header: RTPHeader
  /// The bytes of the payload in the datagram, without CSRCs, extension and padding; may be empty.
  public var payload: Range<Int>

  /// Parses `datagram` (RFC 3550 section 5.1, validity checks of A.1). Media path: does not allocate.
  public init(_ datagram: Span<UInt8>) throws(RTPPacketError) {
    let count = datagram.count
    guard count >= RTPHeader.size else { throw .tooShort }
    let first = datagram[0]
    guard first >> 6 == 2 else { throw .wrongVersion }
    let type = datagram[1] & 0x7F
    guard type < 64 || type > 95 else { throw .isRTCP }
    var start = RTPHeader.size + Int(first & 0x0F) * 4
    guard start <= count else { throw .truncatedSources }
    if first & 0x10 != 0 {
      guard start + 4 <= count else { throw .truncatedExtension }
      start += 4 + Int(datagram.bigEndian16(at: start + 2)) * 4
      guard start <= count else { throw .truncatedExtension }
    }
    var end = count
    if first & 0x20 != 0 {
      let padding = Int(datagram[count - 1])
      guard padding > 0, start + padding <= count else { throw .badPadding }
      end -= padding
    }
    header = RTPHeader(
      payloadType: type, marker: datagram[1] & 0x80 != 0, sequence: datagram.bigEndian16(at: 2),
      timestamp: datagram.bigEndian32(at: 4), ssrc: datagram.bigEndian32(at: 8))
    payload = start..<end
  }
}
