import VoicePipeline

/// Takes the sound out of a WAV file that is still being written, whose header can't know its length.
///
/// Reads what espeak-ng writes: 16-bit mono PCM. Chunks may end anywhere, even inside a sample.
struct StreamingWAV {
  /// Why a stream is not such a file.
  enum Failure: Error, Equatable {
    case notWAV
    case unsupported(format: UInt16, channels: UInt16, bits: UInt16)
    case rate(UInt32)
  }

  /// Headers longer than this are not waited for.
  static let longestHeader = 4096

  /// Whether the header is over and was right.
  private(set) var hasHeader = false
  private let expectedRate: UInt32
  private var header: [UInt8] = []
  private var odd: UInt8?

  /// A file that must be at `expectedRate` Hz.
  init(expectedRate: Int) {
    self.expectedRate = UInt32(clamping: expectedRate)
  }

  /// The samples that `bytes` complete; empty while the header is not over.
  mutating func parse(_ bytes: ArraySlice<UInt8>) throws(Failure) -> [Int16] {
    if hasHeader { return samples(bytes) }
    header += bytes
    guard let start = try dataStart() else {
      if header.count > Self.longestHeader { throw .notWAV }
      return []
    }
    hasHeader = true
    let rest = header[start...]
    header = []
    return samples(rest)
  }

  /// Where the sound begins, once the header is complete.
  private func dataStart() throws(Failure) -> Int? {
    guard header.count >= 12 else { return nil }
    guard Array(header[0..<4]) == Array("RIFF".utf8), Array(header[8..<12]) == Array("WAVE".utf8) else {
      throw .notWAV
    }
    var position = 12
    while position + 8 <= header.count {
      let name = header[position..<position + 4]
      if name.elementsEqual("data".utf8) { return position + 8 }
      let length = Int(word32(position + 4))
      if name.elementsEqual("fmt ".utf8) {
        guard position + 24 <= header.count else { return nil }
        let (format, channels, bits) = (word16(position + 8), word16(position + 10), word16(position + 22))
        guard format == 1, channels == 1, bits == 16 else {
          throw .unsupported(format: format, channels: channels, bits: bits)
        }
        let rate = word32(position + 12)
        guard rate == expectedRate else { throw .rate(rate) }
      }
      guard length <= Self.longestHeader else { throw .notWAV }
      position += 8 + length + length % 2
    }
    return nil
  }

  private mutating func samples(_ bytes: ArraySlice<UInt8>) -> [Int16] {
    var result: [Int16] = []
    result.reserveCapacity(bytes.count / 2 + 1)
    for byte in bytes {
      if let low = odd {
        result.append(Int16(bitPattern: UInt16(low) | UInt16(byte) << 8))
        odd = nil
      } else {
        odd = byte
      }
    }
    return result
  }

  private func word16(_ at: Int) -> UInt16 { UInt16(header[at]) | UInt16(header[at + 1]) << 8 }
  private func word32(_ at: Int) -> UInt32 { UInt32(word16(at)) | UInt32(word16(at + 2)) << 16 }
}
