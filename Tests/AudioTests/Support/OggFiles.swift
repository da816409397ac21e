import Audio
import COpusEnc
import Glibc

/// Ogg Opus files as other programs make them, and ways to spoil them.
enum OggFiles {
  /// Encodes interleaved samples with pages of `pageMilliseconds`.
  static func encoded(
    _ samples: [Int16], sampleRate: Int, channels: Int = 1, pageMilliseconds: Int = 1000, bitRate: Int = 24_000
  ) -> [UInt8] {
    let comments = ope_comments_create()
    defer { ope_comments_destroy(comments) }
    guard
      let encoder = ope_encoder_create_pull(
        comments, Int32(sampleRate), Int32(channels), channels > 2 ? 1 : 0, nil)
    else { return [] }
    defer { ope_encoder_destroy(encoder) }
    let settings: [(Int32, Int32)] = [
      (OPUS_SET_BITRATE_REQUEST, Int32(bitRate)), (OPUS_SET_COMPLEXITY_REQUEST, 0),
      (OPE_SET_MUXING_DELAY_REQUEST, Int32(pageMilliseconds * 48)),
      (OPUS_SET_APPLICATION_REQUEST, OPUS_APPLICATION_VOIP), (OPE_SET_COMMENT_PADDING_REQUEST, 0),
    ]
    for (request, value) in settings where copusenc_set(encoder, request, value) != OPE_OK { return [] }
    guard ope_encoder_flush_header(encoder) == OPE_OK,
      ope_encoder_write(encoder, samples, Int32(samples.count / channels)) == OPE_OK,
      ope_encoder_drain(encoder) == OPE_OK
    else { return [] }
    var file: [UInt8] = []
    var page: UnsafeMutablePointer<UInt8>?
    var count: Int32 = 0
    while ope_encoder_get_page(encoder, &page, &count, 0) == 1 {
      file += UnsafeBufferPointer(start: page, count: Int(count))
    }
    return file
  }

  /// A second and a bit in seven pages.
  static let short = encoded(speechLike(seconds: 1.2, sampleRate: 16_000), sampleRate: 16_000, pageMilliseconds: 200)

  /// Where the pages of a whole file begin.
  static func pageStarts(_ bytes: [UInt8]) -> [Int] {
    var starts: [Int] = []
    var offset = 0
    while let size = pageSize(bytes, at: offset) {
      starts.append(offset)
      offset += size
    }
    return starts
  }

  /// Makes the sums of all pages right again, and gives them another serial number if asked.
  static func sealed(_ bytes: [UInt8], serial: UInt32? = nil) -> [UInt8] {
    var bytes = bytes
    for start in pageStarts(bytes) {
      if let serial { put(serial, in: &bytes, at: start + 14) }
      put(0, in: &bytes, at: start + 22)
      var sum: UInt32 = 0
      for index in start..<start + (pageSize(bytes, at: start) ?? 0) {
        sum = sum << 8 ^ sums[Int(sum >> 24 ^ UInt32(bytes[index]))]
      }
      put(sum, in: &bytes, at: start + 22)
    }
    return bytes
  }

  /// Something like a voice: a buzz that glides, through two formants that move, in syllables with pauses.
  static func speechLike(seconds: Double, sampleRate: Int) -> [Int16] {
    let rate = Double(sampleRate)
    var phase = 0.0
    var result: [Int16] = []
    var resonators = [(0.0, 0.0), (0.0, 0.0)]
    for index in 0..<Int(seconds * rate) {
      let time = Double(index) / rate
      phase += (130 + 25 * sin(2 * Double.pi * 0.7 * time)) / rate
      var pulse = 0.0
      if phase >= 1 {
        phase -= 1
        pulse = 1
      }
      let syllable = max(0, sin(2 * Double.pi * 2 * time))
      var value = 0.0
      let formants = [500 + 200 * sin(2 * Double.pi * 1.3 * time), 1500 + 500 * sin(2 * Double.pi * 0.9 * time)]
      for (number, frequency) in formants.enumerated() {
        let radius = exp(-Double.pi * 90 / rate)
        let (last, before) = resonators[number]
        let next = pulse + 2 * radius * cos(2 * Double.pi * frequency / rate) * last - radius * radius * before
        resonators[number] = (next, last)
        value += next
      }
      result.append(Int16(max(-32768, min(32767, (value * syllable * 4000).rounded()))))
    }
    return result
  }

  private static func pageSize(_ bytes: [UInt8], at offset: Int) -> Int? {
    guard offset + 27 <= bytes.count, bytes[offset...].starts(with: "OggS".utf8) else { return nil }
    let segments = Int(bytes[offset + 26])
    guard offset + 27 + segments <= bytes.count else { return nil }
    let size = 27 + segments + bytes[offset + 27..<offset + 27 + segments].reduce(0) { $0 + Int($1) }
    return offset + size <= bytes.count ? size : nil
  }

  private static func put(_ value: UInt32, in bytes: inout [UInt8], at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
  }

  /// The table of Ogg's CRC (RFC 3533, section 6).
  private static let sums: [UInt32] = (0..<256).map { index in
    var sum = UInt32(index) << 24
    for _ in 0..<8 { sum = sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
    return sum
  }
}

/// All of a file, in reads of at most `chunk`.
func heard(_ bytes: [UInt8], sampleRate: Int, chunk: Int = 4000) throws(OggOpusError) -> (
  samples: [Int16], isDamaged: Bool
) {
  var reader = try OggOpusReader(bytes, sampleRate: sampleRate)
  var samples: [Int16] = []
  while true {
    let next = try reader.read(atMost: chunk)
    if next.isEmpty { return (samples, reader.isDamaged) }
    samples += next
  }
}

/// How alike two signals are, from −1 to 1, whatever their levels.
func correlation(_ left: [Double], _ right: [Double]) -> Double {
  let pairs = Array(zip(left, right))
  let product = pairs.reduce(0) { $0 + $1.0 * $1.1 }
  let powers = pairs.reduce((0, 0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
  return product / max(1e-9, (powers.0 * powers.1).squareRoot())
}
