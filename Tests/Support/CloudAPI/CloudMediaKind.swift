/// The kinds of media that a message may carry, with what Meta takes for each.
enum CloudMediaKind: String, CaseIterable, Sendable {
  case audio, image, video, document, sticker

  /// The types, without parameters.
  var mimeTypes: [String] {
    switch self {
    case .audio: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"]
    case .image: ["image/jpeg", "image/png"]
    case .video: ["video/mp4", "video/3gpp"]
    case .sticker: ["image/webp"]
    case .document:
      [
        "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
      ]
    }
  }

  /// The most bytes.
  func limit(of bytes: [UInt8]) -> Int {
    switch self {
    case .audio, .video: 16 << 20
    case .image: 5 << 20
    case .document: 100 << 20
    case .sticker: Self.isAnimated(bytes) ? 500 << 10 : 100 << 10
    }
  }

  /// The kind for a type such as `audio/ogg; codecs=opus`.
  init?(mimeType: String) {
    let plain = Self.plain(mimeType)
    guard let kind = Self.allCases.first(where: { $0.mimeTypes.contains(plain) }) else { return nil }
    self = kind
  }

  /// The type without its parameters.
  static func plain(_ mimeType: String) -> String {
    let name = mimeType.prefix { $0 != ";" }
    return String(name.filter { !$0.isWhitespace }).lowercased()
  }

  /// WebP's extended header has a flag for animation at byte 20.
  private static func isAnimated(_ bytes: [UInt8]) -> Bool {
    bytes.count > 20 && bytes[12..<16].elementsEqual("VP8X".utf8) && bytes[20] & 2 != 0
  }
}
