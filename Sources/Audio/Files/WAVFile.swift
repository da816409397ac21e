#if canImport(Glibc)
  import Glibc
#endif

/// A recording from a WAV file, as mono 16-bit PCM.
///
/// Reads PCM of 8, 16, 24 and 32 bits, float of 32 and 64 bits, A-law and µ-law, plain or extensible, up to 8 channels
/// (averaged). Sizes in the file are only believed as far as there are bytes: a file whose writer died, or which was
/// piped and says 0 or 4 GiB, is read to its end.
public struct WAVFile: Sendable {
  /// Linear samples, mono.
  public var samples: [Int16]
  /// Samples a second.
  public var sampleRate: Int
  /// Channels that the file had.
  public var channels: Int

  /// How long it sounds.
  public var duration: Duration {
    sampleRate > 0 ? .nanoseconds(Int64(samples.count) * 1_000_000_000 / Int64(sampleRate)) : .zero
  }

  /// Reads the file at `path`. Blocks: not for an event loop or a media thread.
  ///
  /// - Parameter maximumBytes: larger files are refused before anything is allocated.
  public init(path: String, maximumBytes: Int = 256 << 20) throws(WAVError) {
    let bytes = try Self.contents(of: path, maximumBytes: maximumBytes)
    try self.init(bytes: bytes.span)
  }

  /// Parses a whole file in memory.
  public init(bytes: Span<UInt8>) throws(WAVError) {
    let (format, data) = try Self.parts(of: bytes)
    samples = format.decode(bytes.extracting(data))
    sampleRate = format.sampleRate
    channels = format.channels
  }

  /// Finds the format, and where the sound lies.
  private static func parts(of bytes: Span<UInt8>) throws(WAVError) -> (Format, Range<Int>) {
    guard bytes.count >= 12, tag(bytes, at: 8) == "WAVE" else { throw .notWAVE }
    switch tag(bytes, at: 0) {
    case "RIFF": break
    case "RF64", "BW64", "RIFX": throw .unsupported("its container is \(tag(bytes, at: 0))")
    default: throw .notWAVE
    }
    var format: Format?
    var offset = 12
    while offset + 8 <= bytes.count {
      let tag = tag(bytes, at: offset)
      let stated = Int(uint32(bytes, at: offset + 4))
      let body = offset + 8
      let available = bytes.count - body
      if tag == "fmt " {
        guard stated <= available else { throw .damaged("its format chunk is cut off") }
        format = try Format(bytes.extracting(body..<body + stated))
      } else if tag == "data" {
        guard let format else { throw .damaged("sound comes before its format") }
        let unknown = stated == 0 || stated >= 0xFFFF_F000
        let size = unknown ? available : min(stated, available)
        return (format, body..<body + size)
      }
      // Chunks are padded to even sizes.
      let step = stated + (stated & 1)
      guard step <= available else { break }
      offset = body + step
    }
    throw .damaged(format == nil ? "no format chunk" : "no sound in it (no data chunk)")
  }

  private static func contents(of path: String, maximumBytes: Int) throws(WAVError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_size > 0 {
      guard status.st_size <= maximumBytes else { throw .tooLarge(path: path, limit: maximumBytes) }
      bytes.reserveCapacity(Int(status.st_size))
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw .last("read", path)
      }
      guard bytes.count + count <= maximumBytes else { throw .tooLarge(path: path, limit: maximumBytes) }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  fileprivate static func tag(_ bytes: Span<UInt8>, at offset: Int) -> String {
    var text = ""
    for index in offset..<offset + 4 { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
    return text
  }

  fileprivate static func uint16(_ bytes: Span<UInt8>, at offset: Int) -> UInt16 {
    UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
  }

  fileprivate static func uint32(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
    UInt32(uint16(bytes, at: offset)) | UInt32(uint16(bytes, at: offset + 2)) << 16
  }
}

extension WAVError {
  static func last(_ operation: String, _ path: String) -> WAVError {
    let code = errno
    return .system(operation: operation, path: path, errno: code, message: String(cString: strerror(code)))
  }
}

extension WAVFile {
  private enum Encoding {
    case unsigned8, signed16, signed24, signed32, float32, float64
    case companded(G711Law)

    var bytes: Int {
      switch self {
      case .unsigned8, .companded: 1
      case .signed16: 2
      case .signed24: 3
      case .signed32, .float32: 4
      case .float64: 8
      }
    }
  }

  private struct Format {
    let encoding: Encoding
    let channels: Int
    let sampleRate: Int

    init(_ chunk: Span<UInt8>) throws(WAVError) {
      guard chunk.count >= 16 else { throw .damaged("its format chunk is too short") }
      var code = WAVFile.uint16(chunk, at: 0)
      channels = Int(WAVFile.uint16(chunk, at: 2))
      sampleRate = Int(WAVFile.uint32(chunk, at: 4))
      let bits = Int(WAVFile.uint16(chunk, at: 14))
      guard (1...8).contains(channels) else { throw .unsupported("\(channels) channels") }
      guard (1000...768_000).contains(sampleRate) else { throw .unsupported("a sample rate of \(sampleRate) Hz") }
      if code == 0xFFFE {
        guard chunk.count >= 40 else { throw .damaged("its extensible format chunk is too short") }
        code = WAVFile.uint16(chunk, at: 24)
      }
      switch (code, bits) {
      case (1, 8): encoding = .unsigned8
      case (1, 16): encoding = .signed16
      case (1, 24): encoding = .signed24
      case (1, 32): encoding = .signed32
      case (3, 32): encoding = .float32
      case (3, 64): encoding = .float64
      case (6, 8): encoding = .companded(.alaw)
      case (7, 8): encoding = .companded(.mulaw)
      default: throw .unsupported("encoding \(code) with \(bits) bits")
      }
    }

    func decode(_ data: Span<UInt8>) -> [Int16] {
      let width = encoding.bytes
      let frames = data.count / (width * channels)
      var result: [Int16] = []
      result.reserveCapacity(frames)
      var offset = 0
      for _ in 0..<frames {
        var sum = 0
        for _ in 0..<channels {
          sum += Int(sample(data, at: offset))
          offset += width
        }
        result.append(Int16(clamping: channels == 1 ? sum : sum / channels))
      }
      return result
    }

    private func sample(_ data: Span<UInt8>, at offset: Int) -> Int16 {
      switch encoding {
      case .unsigned8: Int16(Int(data[offset]) - 128) << 8
      case .signed16: Int16(bitPattern: WAVFile.uint16(data, at: offset))
      case .signed24: Int16(bitPattern: WAVFile.uint16(data, at: offset + 1))
      case .signed32: Int16(bitPattern: WAVFile.uint16(data, at: offset + 2))
      case .float32: Self.linear(Double(Float(bitPattern: WAVFile.uint32(data, at: offset))))
      case .float64:
        Self.linear(
          Double(
            bitPattern: UInt64(WAVFile.uint32(data, at: offset)) | UInt64(WAVFile.uint32(data, at: offset + 4)) << 32))
      case .companded(let law): G711.decode(data[offset], law: law)
      }
    }

    private static func linear(_ value: Double) -> Int16 {
      guard !value.isNaN else { return 0 }
      return Int16(max(-32768, min(32767, (value * 32768).rounded())))
    }
  }
}
