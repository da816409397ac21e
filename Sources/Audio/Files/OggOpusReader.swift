/// A recording in Ogg Opus (RFC 7845), such as a WhatsApp voice note, read piece by piece as mono PCM.
///
/// Holds the file and about one packet of sound, whatever the file says of its length. Files that break off or have
/// holes give what can be decoded. Off the media path: allocates.
public struct OggOpusReader: ~Copyable, @unchecked Sendable {
  // Unchecked: the handle has this one owner, which can be handed over but not shared.
  private var file: OpusFileHandle
  private var resampler: StreamingResampler
  private var decoded: [Int16]
  private var pending: [Int16] = []
  private var taken = 0
  private var holes = 0
  private var hasSounded = false
  private var isOver = false

  /// Whether the file broke off or had holes, as far as is known by now; what could be decoded was given.
  ///
  /// A file that was cut exactly between two pages can't be told from one whose writer marks no end, and does not
  /// count.
  public private(set) var isDamaged: Bool

  /// Length as the file says it, nil if it can't be told. Not to be relied on where somebody else made the file.
  public let duration: Duration?

  /// Channels in the file before they were mixed.
  public let channelCount: Int

  /// More than any recorder makes; it bounds what a file can have decoded and thrown away, since each stream may have
  /// its beginning skipped.
  private static let maximumStreams = 64

  /// Holes one after the other at which the rest is given up.
  private static let maximumHoles = 1000

  /// Whether `bytes` begin like an Ogg Opus file: a first page whose packet is an `OpusHead`. The first 64 bytes are
  /// enough.
  public static func recognises(_ bytes: [UInt8]) -> Bool {
    OggFirstPacket.begins(with: Array("OpusHead".utf8), in: bytes)
  }

  /// Opens a whole file; everything comes out mono at `sampleRate` (8000 to 48000 Hz), several channels averaged.
  ///
  /// Copies `bytes` and goes through them once, so bound their number first: WhatsApp sends no more than 16 MB.
  ///
  /// - Throws: where there is no Opus stream with a whole header in it, or `sampleRate` is out of range.
  public init(_ bytes: [UInt8], sampleRate: Int) throws(OggOpusError) {
    guard (8000...48_000).contains(sampleRate) else { throw .unsupportedRate(sampleRate) }
    let survey = OggSurvey(bytes)
    guard survey.streams > 0 else { throw .notOggOpus }
    guard !survey.isHopeless else { throw .tooDamaged }
    guard survey.streams <= Self.maximumStreams else { throw .tooManyStreams(limit: Self.maximumStreams) }
    let resampler: StreamingResampler
    do throws(ResamplerError) {
      resampler = try StreamingResampler(from: 48_000, to: sampleRate, quality: 5)
    } catch {
      throw .outOfMemory
    }
    let file = try OpusFileHandle(bytes)
    isDamaged = survey.isDamaged
    channelCount = file.channelCount
    // Two bytes of a file are at most 120 ms: times beyond that are not true.
    let most = Int64(bytes.count) * 2880
    duration = survey.sampleCount.flatMap { count in
      count <= most ? .nanoseconds(count * 125_000 / 6) : nil
    }
    self.file = file
    self.resampler = resampler
    // A packet of 120 ms in stereo; of more channels the library gives less at a time.
    decoded = [Int16](repeating: 0, count: 5760 * 2)
  }

  /// The next samples, at most `count`; empty at the end. Decodes no more than it needs.
  ///
  /// - Throws: where nothing at all could be decoded. After some sound, an error in the file is its end, and
  ///   ``isDamaged`` tells.
  public mutating func read(atMost count: Int) throws(OggOpusError) -> [Int16] {
    var result: [Int16] = []
    while result.count < count {
      if taken < pending.count {
        let end = taken + min(pending.count - taken, count - result.count)
        result += pending[taken..<end]
        taken = end
      } else if isOver {
        guard hasSounded else { throw .noSound }
        break
      } else {
        pending = try next()
        taken = 0
      }
    }
    return result
  }

  /// What one read of the library becomes, at our rate; may be empty before the end.
  private mutating func next() throws(OggOpusError) -> [Int16] {
    switch file.read(into: &decoded) {
    case .samples(let count, let channels):
      holes = 0
      hasSounded = true
      return resampler.process(mixed(count, channels: channels))
    case .hole:
      isDamaged = true
      holes += 1
      return holes > Self.maximumHoles ? end() : []
    case .end:
      return end()
    case .failed:
      isDamaged = true
      return end()
    case .outOfMemory:
      _ = end()
      throw .outOfMemory
    }
  }

  private mutating func end() -> [Int16] {
    isOver = true
    return resampler.flush()
  }

  private func mixed(_ count: Int, channels: Int) -> [Int16] {
    if channels == 1 { return Array(decoded.prefix(count)) }
    let span = decoded.span
    var result: [Int16] = []
    result.reserveCapacity(count)
    var offset = 0
    for _ in 0..<count {
      var sum = 0
      for channel in 0..<channels { sum += Int(span[offset + channel]) }
      offset += channels
      result.append(Int16(clamping: sum / channels))
    }
    return result
  }
}
