/// What the stand-in must know of an Ogg file (RFC 3533, RFC 7845) to take it as a voice note.
struct CloudOgg: Equatable {
  /// Channels, from the identification header.
  var channels: Int
  /// Samples at 48 kHz up to the end, from the last page.
  var granulePosition: UInt64

  /// Reads the pages through to the end.
  /// - Returns: nil unless it is one whole Opus stream with its two headers, pages in order and checksums right.
  init?(_ bytes: [UInt8]) {
    var offset = 0
    var sequence: UInt32 = 0
    var serial: UInt32?
    var granule: UInt64 = 0
    var channels = 0
    while offset < bytes.count {
      guard let page = Page(bytes, at: offset), page.sequence == sequence, serial == nil || serial == page.serial,
        (page.flags & 2 != 0) == (sequence == 0)
      else { return nil }
      switch sequence {
      case 0:
        guard page.body.count >= 19, page.body.starts(with: "OpusHead".utf8) else { return nil }
        channels = Int(page.body[page.body.startIndex + 9])
      case 1:
        guard page.body.starts(with: "OpusTags".utf8) else { return nil }
      default: break
      }
      serial = page.serial
      sequence &+= 1
      granule = page.granule == .max ? granule : page.granule
      offset += page.count
    }
    guard sequence > 2, channels > 0 else { return nil }
    self.channels = channels
    granulePosition = granule
  }

  private struct Page {
    var flags: UInt8
    var granule: UInt64
    var serial: UInt32
    var sequence: UInt32
    var body: ArraySlice<UInt8>
    var count: Int

    init?(_ bytes: [UInt8], at start: Int) {
      guard bytes.count - start >= 27, bytes[start...].starts(with: "OggS".utf8), bytes[start + 4] == 0 else {
        return nil
      }
      func number(_ offset: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(bytes[start + offset + $1]) << UInt64(8 * $1) }
      }
      let segments = Int(bytes[start + 26])
      guard bytes.count - start >= 27 + segments else { return nil }
      let lengths = bytes[(start + 27)..<(start + 27 + segments)]
      let bodyStart = start + 27 + segments
      let bodyCount = lengths.reduce(0) { $0 + Int($1) }
      guard bytes.count - bodyStart >= bodyCount else { return nil }
      flags = bytes[start + 5]
      granule = number(6, 8)
      serial = UInt32(truncatingIfNeeded: number(14, 4))
      sequence = UInt32(truncatingIfNeeded: number(18, 4))
      body = bytes[bodyStart..<(bodyStart + bodyCount)]
      count = 27 + segments + bodyCount
      guard Self.checksum(bytes[start..<(start + count)]) == UInt32(truncatingIfNeeded: number(22, 4)) else {
        return nil
      }
    }

    private static let table: [UInt32] = (0..<256).map { index in
      (0..<8).reduce(UInt32(index) << 24) { value, _ in value & 0x8000_0000 != 0 ? value << 1 ^ 0x04c1_1db7 : value << 1
      }
    }

    /// The checksum of a page with its own field taken as zero.
    private static func checksum(_ page: ArraySlice<UInt8>) -> UInt32 {
      var value: UInt32 = 0
      for (index, byte) in page.enumerated() {
        let byte = (22..<26).contains(index) ? 0 : byte
        value = value << 8 ^ table[Int(UInt8(truncatingIfNeeded: value >> 24) ^ byte)]
      }
      return value
    }
  }
}
