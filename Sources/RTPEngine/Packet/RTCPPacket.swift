/// What a sender report says of its sender (RFC 3550 section 6.4.1).
public struct SenderInfo: Sendable, Equatable {
  /// Wall-clock time of the report.
  public var ntp: NTPTimestamp
  /// The same time on the stream's RTP clock.
  public var rtpTimestamp: UInt32
  /// Packets sent so far.
  public var packets: UInt32
  /// Payload bytes sent so far.
  public var octets: UInt32
}

/// What a report says of one received source (RFC 3550 section 6.4.1).
public struct ReportBlock: Sendable, Equatable {
  /// Bytes of a block on the wire.
  static let size = 24

  /// The source it is about.
  public var ssrc: UInt32
  /// Share of packets lost since the report before, in 1/256.
  public var fractionLost: UInt8
  /// Packets lost in all; 24 bits signed, negative when duplicates outweigh losses.
  public var cumulativeLost: Int32
  /// Wraps and sequence number of the newest packet.
  public var extendedHighest: UInt32
  /// Interarrival jitter in timestamp units.
  public var jitter: UInt32
  /// Middle of the NTP time of the last sender report received; 0 for none.
  public var lastSenderReport: UInt32
  /// Time since that arrived, in 1/65536 s.
  public var delaySinceLastSenderReport: UInt32

  init(
    ssrc: UInt32, fractionLost: UInt8 = 0, cumulativeLost: Int32 = 0, extendedHighest: UInt32 = 0, jitter: UInt32 = 0,
    lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
  ) {
    self.ssrc = ssrc
    self.fractionLost = fractionLost
    self.cumulativeLost = cumulativeLost
    self.extendedHighest = extendedHighest
    self.jitter = jitter
    self.lastSenderReport = lastSenderReport
    self.delaySinceLastSenderReport = delaySinceLastSenderReport
  }

  init(_ bytes: Span<UInt8>, at offset: Int) {
    let lost = bytes.bigEndian32(at: offset + 4)
    self.init(
      ssrc: bytes.bigEndian32(at: offset), fractionLost: UInt8(truncatingIfNeeded: lost >> 24),
      cumulativeLost: Int32(bitPattern: lost << 8) >> 8, extendedHighest: bytes.bigEndian32(at: offset + 8),
      jitter: bytes.bigEndian32(at: offset + 12), lastSenderReport: bytes.bigEndian32(at: offset + 16),
      delaySinceLastSenderReport: bytes.bigEndian32(at: offset + 20))
  }

  func write(into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let lost = UInt32(bitPattern: max(-0x80_0000, min(0x7F_FFFF, cumulativeLost))) & 0xFF_FFFF
    bytes.storeBigEndian(ssrc, at: offset)
    bytes.storeBigEndian(UInt32(fractionLost) << 24 | lost, at: offset + 4)
    bytes.storeBigEndian(extendedHighest, at: offset + 8)
    bytes.storeBigEndian(jitter, at: offset + 12)
    bytes.storeBigEndian(lastSenderReport, at: offset + 16)
    bytes.storeBigEndian(delaySinceLastSenderReport, at: offset + 20)
  }
}

/// Why a datagram is no compound RTCP packet.
public enum RTCPPacketError: Error, Sendable, Equatable {
  /// Shorter than a header.
  case tooShort
  /// A version other than 2.
  case wrongVersion
  /// The compound does not begin with a report (RFC 3550 appendix A.2), nor is it of reduced size (RFC 5506).
  case noReportFirst
  /// A packet runs past the end, or its contents past the packet.
  case truncated
  /// Padding where none may be, or of an impossible length.
  case badPadding
}

/// One packet of a compound, as bytes in the datagram.
struct RTCPPart: Sendable, Equatable {
  enum Kind: UInt8 {
    case senderReport = 200
    case receiverReport = 201
    case sourceDescription = 202
    case bye = 203
    case application = 204
    case transportFeedback = 205
    case payloadFeedback = 206
    case extendedReport = 207
  }

  /// The five bits of the first byte: how many blocks, sources or chunks.
  var count: Int
  /// The packet type, known or not.
  var type: UInt8
  /// What follows the four bytes of header, without padding.
  var body: Range<Int>

  var kind: Kind? { Kind(rawValue: type) }
}

/// Walks over a compound packet whose framing has been checked as a whole (RFC 3550 appendix A.2).
struct RTCPCompound: Sendable {
  private var offset = 0
  private let end: Int

  /// Checks the framing of all of `datagram`.
  init(_ datagram: Span<UInt8>) throws(RTCPPacketError) {
    guard datagram.count >= 4 else { throw .tooShort }
    var offset = 0
    while offset < datagram.count {
      guard datagram.count - offset >= 4 else { throw .truncated }
      guard datagram[offset] >> 6 == 2 else { throw .wrongVersion }
      let length = 4 + Int(datagram.bigEndian16(at: offset + 2)) * 4
      guard offset + length <= datagram.count else { throw .truncated }
      if datagram[offset] & 0x20 != 0 {
        guard offset + length == datagram.count else { throw .badPadding }
        let padding = Int(datagram[datagram.count - 1])
        guard padding > 0, padding % 4 == 0, padding <= length - 4 else { throw .badPadding }
      }
      let type = datagram[offset + 1]
      // Feedback may travel alone (RFC 5506).
      if offset == 0, type < 200 || type > 207 || type == 202 || type == 203 || type == 204 { throw .noReportFirst }
      offset += length
    }
    end = datagram.count
  }

  /// The next packet of `datagram`, which must be the one given to `init`.
  mutating func next(in datagram: Span<UInt8>) -> RTCPPart? {
    guard offset + 4 <= end, end <= datagram.count else { return nil }
    let first = datagram[offset]
    let length = 4 + Int(datagram.bigEndian16(at: offset + 2)) * 4
    var bodyEnd = offset + length
    if first & 0x20 != 0 { bodyEnd -= Int(datagram[bodyEnd - 1]) }
    let part = RTCPPart(
      count: Int(first & 0x1F), type: datagram[offset + 1], body: offset + 4..<max(offset + 4, bodyEnd))
    offset += length
    return part
  }
}

/// Appends the packets of a compound to a datagram; what does not fit is left out, and `count` tells.
struct RTCPWriter: Sendable {
  /// Bytes written.
  private(set) var count = 0

  init() {}

  private mutating func header(
    _ bytes: inout MutableSpan<UInt8>, kind: RTCPPart.Kind, items: Int, length: Int
  ) -> Int? {
    guard length % 4 == 0, bytes.count - count >= length else { return nil }
    let start = count
    bytes[start] = 0x80 | UInt8(items & 0x1F)
    bytes[start + 1] = kind.rawValue
    bytes.storeBigEndian(UInt16(length / 4 - 1), at: start + 2)
    count += length
    return start + 4
  }

  /// SR, or RR when there is no `sender`, with at most one block.
  mutating func report(
    ssrc: UInt32, sender: SenderInfo?, block: ReportBlock?, into bytes: inout MutableSpan<UInt8>
  ) {
    let length = 8 + (sender == nil ? 0 : 20) + (block == nil ? 0 : ReportBlock.size)
    guard
      var offset = header(
        &bytes, kind: sender == nil ? .receiverReport : .senderReport, items: block == nil ? 0 : 1, length: length)
    else { return }
    bytes.storeBigEndian(ssrc, at: offset)
    offset += 4
    if let sender {
      bytes.storeBigEndian(UInt32(truncatingIfNeeded: sender.ntp.value >> 32), at: offset)
      bytes.storeBigEndian(UInt32(truncatingIfNeeded: sender.ntp.value), at: offset + 4)
      bytes.storeBigEndian(sender.rtpTimestamp, at: offset + 8)
      bytes.storeBigEndian(sender.packets, at: offset + 12)
      bytes.storeBigEndian(sender.octets, at: offset + 16)
      offset += 20
    }
    block?.write(into: &bytes, at: offset)
  }

  /// SDES with the CNAME (RFC 3550 section 6.5.1); at most 255 bytes of it.
  mutating func sourceDescription(ssrc: UInt32, cname: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) {
    let size = min(cname.count, 255)
    // At least one zero ends the list of items, more fill the word.
    let chunk = (4 + 2 + size + 1 + 3) / 4 * 4
    guard let offset = header(&bytes, kind: .sourceDescription, items: 1, length: 4 + chunk) else { return }
    bytes.storeBigEndian(ssrc, at: offset)
    bytes[offset + 4] = 1
    bytes[offset + 5] = UInt8(size)
    for index in 0..<size { bytes[offset + 6 + index] = cname[index] }
    for index in 6 + size..<chunk { bytes[offset + index] = 0 }
  }

  /// BYE without a reason.
  mutating func bye(ssrc: UInt32, into bytes: inout MutableSpan<UInt8>) {
    guard let offset = header(&bytes, kind: .bye, items: 1, length: 8) else { return }
    bytes.storeBigEndian(ssrc, at: offset)
  }
}
