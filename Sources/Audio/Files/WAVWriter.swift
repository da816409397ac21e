#if canImport(Glibc)
  import Glibc
#endif

/// Writes 16-bit PCM to a WAV file as it comes.
///
/// The sizes in the header are brought up to date with each write to disk (about every second of sound), so the file is
/// valid up to there even when the process dies. Blocks: not for an event loop or a media thread.
public struct WAVWriter: ~Copyable, Sendable {
  private let descriptor: Int32
  private let path: String
  private let channels: Int
  private let sampleRate: Int
  private var pending: [UInt8]
  private var written: Int
  private var isOpen: Bool

  /// Creates the file, or empties the one that is there.
  ///
  /// - Parameters:
  ///   - channels: 1, or more with interleaved samples.
  ///   - permissions: of a new file; recordings are private by default.
  public init(path: String, sampleRate: Int, channels: Int = 1, permissions: UInt32 = 0o600) throws(WAVError) {
    guard (1...8).contains(channels) else { throw .unsupported("\(channels) channels") }
    guard (1000...768_000).contains(sampleRate) else { throw .unsupported("a sample rate of \(sampleRate) Hz") }
    let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(permissions))
    guard opened >= 0 else { throw .last("create", path) }
    do throws(WAVError) {
      try Self.put(Self.header(dataSize: 0, sampleRate: sampleRate, channels: channels), to: opened, at: 0, path: path)
    } catch {
      Glibc.close(opened)
      throw error
    }
    descriptor = opened
    self.path = path
    self.channels = channels
    self.sampleRate = sampleRate
    pending = []
    written = 0
    isOpen = true
  }

  deinit {
    if isOpen {
      // Whoever lets go without `close` does not care for the error; what there is still goes to disk.
      try? Self.flush(
        pending, after: written, to: descriptor, sampleRate: sampleRate, channels: channels, path: path)
      Glibc.close(descriptor)
    }
  }

  /// How long the sound is so far.
  public var duration: Duration {
    let frames = (written + pending.count) / (2 * channels)
    return .nanoseconds(Int64(frames) * 1_000_000_000 / Int64(sampleRate))
  }

  /// Appends samples (interleaved where there are several channels).
  public mutating func write(_ samples: Span<Int16>) throws(WAVError) {
    guard written + pending.count + samples.count * 2 <= 0xFFFF_FF00 else { throw .full }
    pending.reserveCapacity(pending.count + samples.count * 2)
    for index in 0..<samples.count {
      let bits = UInt16(bitPattern: samples[index])
      pending.append(UInt8(truncatingIfNeeded: bits))
      pending.append(UInt8(truncatingIfNeeded: bits >> 8))
    }
    if pending.count >= sampleRate * channels * 2 { try flush() }
  }

  /// Appends samples.
  public mutating func write(_ samples: [Int16]) throws(WAVError) {
    try write(samples.span)
  }

  /// Brings the file up to date: all that was written, and a header that says so.
  public mutating func flush() throws(WAVError) {
    guard !pending.isEmpty else { return }
    try Self.flush(pending, after: written, to: descriptor, sampleRate: sampleRate, channels: channels, path: path)
    written += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  /// Finishes the file.
  public consuming func close() throws(WAVError) {
    isOpen = false
    defer { Glibc.close(descriptor) }
    try Self.flush(pending, after: written, to: descriptor, sampleRate: sampleRate, channels: channels, path: path)
  }

  /// Writes a whole recording.
  public static func write(_ samples: [Int16], sampleRate: Int, to path: String) throws(WAVError) {
    var writer = try WAVWriter(path: path, sampleRate: sampleRate)
    try writer.write(samples)
    try writer.close()
  }

  /// A recording as the bytes of a WAV file, for instance to upload.
  public static func bytes(_ samples: [Int16], sampleRate: Int) -> [UInt8] {
    var result = header(dataSize: samples.count * 2, sampleRate: sampleRate, channels: 1)
    result.reserveCapacity(result.count + samples.count * 2)
    for sample in samples {
      let bits = UInt16(bitPattern: sample)
      result.append(UInt8(truncatingIfNeeded: bits))
      result.append(UInt8(truncatingIfNeeded: bits >> 8))
    }
    return result
  }
}

extension WAVWriter {
  /// How long the sound is in a file that was written by this type, whether or not its writer came to the end. Nil if it
  /// can't be read or is another's. Blocks.
  public static func duration(of path: String) -> Duration? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { Glibc.close(descriptor) }
    var head = [UInt8](repeating: 0, count: headerSize)
    var status = stat()
    guard read(descriptor, &head, head.count) == headerSize, fstat(descriptor, &status) == 0,
      head[0..<4].elementsEqual("RIFF".utf8), head[36..<40].elementsEqual("data".utf8)
    else { return nil }
    func number(_ range: Range<Int>) -> Int { head[range].reversed().reduce(0) { $0 << 8 | Int($1) } }
    let (sampleRate, frameBytes) = (number(24..<28), number(32..<34))
    guard sampleRate > 0, frameBytes > 0 else { return nil }
    return .seconds(Double((Int(status.st_size) - headerSize) / frameBytes) / Double(sampleRate))
  }

  private static let headerSize = 44

  private static func flush(
    _ pending: [UInt8], after written: Int, to descriptor: Int32, sampleRate: Int, channels: Int, path: String
  ) throws(WAVError) {
    // The sound first: a header that promises more than there is would be wrong, the other way round is not.
    try put(pending, to: descriptor, at: headerSize + written, path: path)
    let header = header(dataSize: written + pending.count, sampleRate: sampleRate, channels: channels)
    try put(header, to: descriptor, at: 0, path: path)
  }

  private static func header(dataSize: Int, sampleRate: Int, channels: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerSize)
    func text(_ string: StaticString) { string.withUTF8Buffer { bytes.append(contentsOf: $0) } }
    func number(_ value: Int, _ width: Int) {
      for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
    text("RIFF")
    number(dataSize + headerSize - 8, 4)
    text("WAVEfmt ")
    number(16, 4)
    number(1, 2)
    number(channels, 2)
    number(sampleRate, 4)
    number(sampleRate * channels * 2, 4)
    number(channels * 2, 2)
    number(16, 2)
    text("data")
    number(dataSize, 4)
    return bytes
  }

  private static func put(_ bytes: [UInt8], to descriptor: Int32, at offset: Int, path: String) throws(WAVError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .last("write", path) }
      done += count
    }
  }
}
