/// Why the store could not do its part.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// It can't be opened; what to do is in the text.
  case cannotOpen(String)
  /// It was written by a later version of this program.
  case newer(path: String)
  /// An operation failed: no room, a damaged file, a bug. Nothing of the operation was kept.
  case failed(String)

  /// One line without any personal data.
  public var description: String {
    switch self {
    case .cannotOpen(let why): "the store can't be opened: \(why)"
    case .newer(let path): "the store \(path) was written by a later version; start that one, or use another file"
    case .failed(let why): "the store failed: \(why)"
    }
  }
}
