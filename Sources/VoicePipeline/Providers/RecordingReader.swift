public import Audio

/// Why a recording can't be read.
public enum RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Its format is not one that is decoded here.
  case unsupported(SoundFormat)
  /// What is wrong with the file.
  case damaged(String)

  /// One line: what is wrong, and what would help.
  public var description: String {
    switch self {
    case .unsupported(let format): "a recording in \(format.rawValue) can't be decoded here: use Ogg Opus or WAV"
    case .damaged(let what): what
    }
  }
}

/// Mono samples of a recording in Ogg Opus or WAV, piece by piece. Of a damaged Ogg file it gives what comes before
/// the damage. Off the media path: allocates, and takes its time.
public struct RecordingReader: ~Copyable {
  /// What can be read.
  public static let formats: Set<SoundFormat> = [.oggOpus, .wav]

  private var opus: OggOpusReader?
  private var wave: [Int16] = []
  private var resampler: StreamingResampler?
  /// How much of `wave` was taken.
  private var position = 0
  /// What was converted and not given yet.
  private var pending: ArraySlice<Int16> = []

  /// Samples of `wave` that are converted at a time.
  private static let step = 16_384

  /// Opens `recording`; everything comes out at `sampleRate` (8000 to 48000 Hz).
  public init(_ recording: Recording, sampleRate: Int) throws(RecordingError) {
    switch recording.format {
    case .oggOpus:
      do {
        opus = try OggOpusReader(recording.bytes, sampleRate: sampleRate)
      } catch {
        throw .damaged(error.description)
      }
    case .wav:
      opus = nil
      do {
        let file = try WAVFile(bytes: recording.bytes.span)
        wave = file.samples
        resampler =
          file.sampleRate == sampleRate ? nil : try StreamingResampler(from: file.sampleRate, to: sampleRate)
      } catch {
        throw .damaged("the WAV file can't be read: \(error)")
      }
    default: throw .unsupported(recording.format)
    }
  }

  /// The next samples, at most `count`; empty at the end. Throws where no sound at all could be decoded.
  public mutating func read(atMost count: Int) throws(RecordingError) -> [Int16] {
    if opus != nil {
      do {
        return try opus?.read(atMost: count) ?? []
      } catch {
        throw .damaged(error.description)
      }
    }
    while pending.count < count, position < wave.count {
      let end = min(wave.count, position + Self.step)
      let chunk = Array(wave[position..<end])
      position = end
      pending += resampler?.process(chunk) ?? chunk
      if end == wave.count { pending += resampler?.flush() ?? [] }
    }
    defer { pending = pending.dropFirst(count) }
    return Array(pending.prefix(count))
  }
}
