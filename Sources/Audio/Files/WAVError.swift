/// Why a WAV file can't be read or written, and what to do about it.
public enum WAVError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The system refused: `operation` on `path` failed with `errno`.
  case system(operation: String, path: String, errno: Int32, message: String)
  /// The file is larger than the caller allows.
  case tooLarge(path: String, limit: Int)
  /// Not a RIFF/WAVE file at all.
  case notWAVE
  /// A RIFF/WAVE file without a usable `part`.
  case damaged(String)
  /// An encoding or layout that is not read.
  case unsupported(String)
  /// A WAV file can't count more than 4 GiB.
  case full

  /// One line: what, where, and what would help.
  public var description: String {
    switch self {
    case .system(let operation, let path, _, let message): "cannot \(operation) \(path): \(message)"
    case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes: use a shorter recording"
    case .notWAVE: "not a WAV file (no RIFF/WAVE header): convert it, for instance with sox"
    case .damaged(let part): "damaged WAV file: \(part)"
    case .unsupported(let what):
      "unsupported WAV file: \(what); convert it, for instance with: sox in.wav -b 16 -e signed-integer out.wav"
    case .full: "the WAV file is full (4 GiB): begin another"
    }
  }
}
