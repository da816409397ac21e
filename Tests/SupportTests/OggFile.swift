/// Writes small Ogg files for tests.
enum OggFile {
  /// An Opus stream of empty frames.
  static func opus(channels: UInt8 = 1, pages: Int = 3, head: String = "OpusHead") -> [UInt8] {
    let identification = Array(head.utf8) + [1, channels, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0]
    let tags = Array("OpusTags".utf8) + [4, 0, 0, 0] + Array("test".utf8) + [0, 0, 0, 0]
    var file = page(0, flags: 2, granule: 0, identification) + page(1, flags: 0, granule: 0, tags)
    for index in 0..<pages {
      file += page(
        UInt32(index + 2), flags: index == pages - 1 ? 4 : 0, granule: UInt64(index + 1) * 960,
        [0xf8, 0xff, 0xfe])
    }
    return file
  }

  static func page(_ sequence: UInt32, flags: UInt8, granule: UInt64, _ packet: [UInt8]) -> [UInt8] {
    func little(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    let start = Array("OggS".utf8) + [0, flags] + little(granule, 8) + little(7, 4) + little(UInt64(sequence), 4)
    let end = [1, UInt8(packet.count)] + packet
    // The checksum is bit by bit here, as RFC 3533 describes it, and by table in what is tested.
    var sum: UInt32 = 0
    for byte in start + [0, 0, 0, 0] + end {
      sum ^= UInt32(byte) << 24
      for _ in 0..<8 { sum = sum & 0x8000_0000 == 0 ? sum << 1 : sum << 1 ^ 0x04c1_1db7 }
    }
    return start + little(UInt64(sum), 4) + end
  }
}
