#if canImport(Glibc)
  import Glibc
#endif

/// The outline of a recording: so many peaks a channel, whatever its length, for a picture of it.
public struct Waveform: Sendable, Equatable {
  /// How long the recording is, in seconds.
  public var seconds: Double
  /// Of each channel the loudest sample of each stretch, 0 to 1; all of the same count.
  public var channels: [[Float]]

  /// Reads the outline of the WAV file at `path`, of 16-bit PCM with up to 8 channels, in bounded memory. A file that is
  /// still being written, or whose writer died, is read as far as it goes. Blocks: not for an event loop or a media
  /// thread.
  ///
  /// - Parameter count: peaks a channel, 1 to 10000; a recording with fewer samples has silence in between.
  public init(path: String, count: Int = 400) throws(WAVError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    let source = Source(descriptor: descriptor, path: path)
    let layout = try Layout(source)
    let count = min(max(count, 1), 10_000)
    let frameBytes = layout.channels * 2
    let frames = layout.bytes / frameBytes
    seconds = Double(frames) / Double(layout.sampleRate)
    var peaks = [[Int32]](repeating: [Int32](repeating: 0, count: count), count: layout.channels)
    var frame = 0
    while frame < frames {
      let wanted = min(frames - frame, Source.chunk / frameBytes)
      let bytes = try source.read(wanted * frameBytes, at: layout.start + frame * frameBytes)
      let got = bytes.count / frameBytes
      guard got > 0 else { break }
      for offset in 0..<got {
        let place = min(count - 1, Int(Double(frame + offset) / Double(frames) * Double(count)))
        for channel in 0..<layout.channels {
          let at = offset * frameBytes + channel * 2
          let sample = Int16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
          peaks[channel][place] = max(peaks[channel][place], abs(Int32(sample)))
        }
      }
      frame += got
    }
    channels = peaks.map { $0.map { min(1, Float($0) / 32768) } }
  }

  /// A file that is read in pieces.
  private struct Source {
    static let chunk = 1 << 16

    let descriptor: Int32
    let path: String

    /// Up to `count` bytes at `offset`, fewer at the end of the file.
    func read(_ count: Int, at offset: Int) throws(WAVError) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: count)
      var done = 0
      while done < count {
        let got = bytes.withUnsafeMutableBytes {
          pread(descriptor, $0.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
        }
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw .last("read", path) }
        if got == 0 { break }
        done += got
      }
      bytes.removeLast(count - done)
      return bytes
    }

    func size() throws(WAVError) -> Int {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw .last("read", path) }
      return Int(status.st_size)
    }
  }

  /// Where the sound lies and what it is.
  private struct Layout {
    /// More chunks before the sound make no recording.
    private static let maximumChunks = 64

    var channels = 0
    var sampleRate = 0
    var start = 0
    var bytes = 0

    init(_ source: Source) throws(WAVError) {
      let size = try source.size()
      let head = try source.read(12, at: 0)
      guard head.count == 12, Self.tag(head, 0) == "RIFF", Self.tag(head, 8) == "WAVE" else { throw .notWAVE }
      var offset = 12
      for _ in 0..<Self.maximumChunks {
        let chunk = try source.read(8, at: offset)
        guard chunk.count == 8 else { break }
        let stated = Self.number(chunk, 4, 4)
        let body = offset + 8
        switch Self.tag(chunk, 0) {
        case "fmt ": try readFormat(try source.read(min(stated, 40), at: body))
        case "data":
          guard channels > 0 else { throw .damaged("sound comes before its format") }
          let isUnknown = stated == 0 || stated >= 0xFFFF_F000
          start = body
          bytes = max(0, isUnknown ? size - body : min(stated, size - body))
          return
        default: break
        }
        // Chunks are padded to even sizes.
        let step = stated + (stated & 1)
        guard step <= size - body else { break }
        offset = body + step
      }
      throw .damaged("no sound in it (no data chunk)")
    }

    private mutating func readFormat(_ chunk: [UInt8]) throws(WAVError) {
      guard chunk.count >= 16 else { throw .damaged("its format chunk is too short") }
      var code = Self.number(chunk, 0, 2)
      if code == 0xFFFE, chunk.count >= 26 { code = Self.number(chunk, 24, 2) }
      let bits = Self.number(chunk, 14, 2)
      guard code == 1, bits == 16 else { throw .unsupported("encoding \(code) with \(bits) bits") }
      channels = Self.number(chunk, 2, 2)
      sampleRate = Self.number(chunk, 4, 4)
      guard (1...8).contains(channels) else { throw .unsupported("\(channels) channels") }
      guard (1000...768_000).contains(sampleRate) else { throw .unsupported("a sample rate of \(sampleRate) Hz") }
    }

    private static func tag(_ bytes: [UInt8], _ offset: Int) -> String {
      String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
      (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
  }
}
