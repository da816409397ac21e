/// Why an Ogg Opus file can't be read or written, and what to do about it.
public enum OggOpusError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no Opus stream in it.
  case notOggOpus
  /// Its header is cut off or contradicts itself.
  case damagedHeader
  /// So many pages of it are spoilt that the rest is not worth the search.
  case tooDamaged
  /// A version or a channel layout that is not read.
  case unsupportedLayout
  /// More streams, one beside or after the other, than any recorder makes.
  case tooManyStreams(limit: Int)
  /// A header is there, but nothing after it could be decoded; or nothing was given to be encoded.
  case noSound
  /// A sample rate outside of 8000 to 48000 Hz.
  case unsupportedRate(Int)
  /// A bit rate outside of 6000 to 128000 bit/s.
  case unsupportedBitRate(Int)
  /// The encoder refused, with the code of libopusenc.
  case encoder(code: Int32, message: String)
  /// The library had no memory.
  case outOfMemory

  /// One line: what is wrong, and what would help.
  public var description: String {
    switch self {
    case .notOggOpus: "not an Ogg Opus file: convert it, for instance with opusenc"
    case .damagedHeader: "the header of the Ogg Opus file is damaged: fetch the file again, or ask for another"
    case .tooDamaged: "the Ogg file is damaged from end to end: fetch it again, or ask for another"
    case .unsupportedLayout: "the Ogg Opus file has a version or channel layout that is not read: use mono or stereo"
    case .tooManyStreams(let limit): "the Ogg file has more than \(limit) streams: encode it as one"
    case .noSound: "no sound in the Ogg Opus file, or none that could be decoded: make another recording"
    case .unsupportedRate(let rate): "cannot convert Ogg Opus at \(rate) Hz: the rate must be 8000 to 48000 Hz"
    case .unsupportedBitRate(let rate): "cannot encode Opus at \(rate) bit/s: use 6000 to 128000 bit/s"
    case .encoder(let code, let message): "the Opus encoder failed with \(code) (\(message)): begin the file again"
    case .outOfMemory: "no memory for an Opus file"
    }
  }
}
