/// A sound, a picture or a document that was sent or received.
public struct StoredMedia: Sendable, Equatable {
  /// E.g. `media_…`; 80 bits of it can't be guessed.
  public var id: String
  /// As sniffed or told.
  public var mimeType: String
  /// The file's name, where it had one.
  public var name: String?
  /// The bytes.
  public var bytes: [UInt8]

  /// Media.
  public init(id: String, mimeType: String, name: String? = nil, bytes: [UInt8]) {
    self.id = id
    self.mimeType = mimeType
    self.name = name
    self.bytes = bytes
  }
}
