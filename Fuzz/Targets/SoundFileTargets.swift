import Audio

extension FuzzTarget {
  /// A recording in Ogg gives what can be heard of it, which is no more than its bytes can hold. The first byte says whether
  /// the sums of its pages are made right before.
  static let ogg = FuzzTarget("ogg") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    let isSealed = input.byte() & 1 == 1
    let file = isSealed ? OggSeal.sealed(input.all()) : input.all()
    let isKnown = SoundFormat.of(file) == .oggOpus
    try expect(OggOpusReader.recognises(file) == isKnown, "told apart in two ways")
    do {
      var reader = try OggOpusReader(file, sampleRate: 8000)
      var heard = 0
      while true {
        let samples = try reader.read(atMost: 4000)
        if samples.isEmpty { break }
        heard += samples.count
        // A byte of a file may be 60 ms at most.
        try expect(heard <= file.count * 480, "\(heard) samples of \(file.count) bytes")
      }
    } catch let finding as Finding {
      throw finding
    } catch {}
  }

  /// A WAV file gives no more samples than it has bytes, and is the same when it is written and read again.
  static let wav = FuzzTarget("wav") { bytes throws(Finding) in
    guard let file = try? WAVFile(bytes: bytes.span) else { return }
    try expect(file.samples.count <= bytes.count, "\(file.samples.count) samples of \(bytes.count) bytes")
    let written = WAVWriter.bytes(file.samples, sampleRate: file.sampleRate)
    guard let again = try? WAVFile(bytes: written.span) else { throw Finding("written and can't be read") }
    try expect(again.samples == file.samples && again.sampleRate == file.sampleRate, "another sound")
    try expect(SoundFormat.of(written) == .wav, "no WAV file by its look")
  }
}

/// Makes the sums of Ogg pages right (RFC 3533, section 6): without that, no change of a page is more than a lost page.
enum OggSeal {
  static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var start = 0
    while let size = pageSize(bytes, at: start) {
      for index in 22..<26 { bytes[start + index] = 0 }
      var sum: UInt32 = 0
      for byte in bytes[start..<start + size] { sum = sum << 8 ^ table[Int(sum >> 24 ^ UInt32(byte))] }
      for index in 0..<4 { bytes[start + 22 + index] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(index))) }
      start += size
    }
    return bytes
  }

  private static func pageSize(_ bytes: [UInt8], at start: Int) -> Int? {
    guard start + 27 <= bytes.count, bytes[start...].starts(with: "OggS".utf8) else { return nil }
    let segments = Int(bytes[start + 26])
    let body = bytes[(start + 27)...].prefix(segments).reduce(0) { $0 + Int($1) }
    let size = 27 + segments + body
    return start + size <= bytes.count ? size : nil
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index) << 24) { sum, _ in sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
  }
}
