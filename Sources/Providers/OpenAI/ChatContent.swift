import FoundationEssentials
import VoicePipeline

/// What a message of a chat completion holds: a text, or parts with files among them.
enum ChatContent: Encodable, Equatable {
  case text(String)
  case parts([Part])

  /// The words alone.
  var text: String {
    switch self {
    case .text(let text): text
    case .parts(let parts):
      parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: " ")
    }
  }

  /// One of several parts.
  enum Part: Encodable, Equatable {
    case text(String)
    case attachment(DialogueAttachment)

    private enum CodingKeys: String, CodingKey {
      case type, text, file
      case imageURL = "image_url"
    }

    private struct ImageURL: Encodable {
      var url: String
    }

    private struct File: Encodable {
      var filename: String
      var data: String

      enum CodingKeys: String, CodingKey {
        case filename
        case data = "file_data"
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .text(let text):
        try container.encode("text", forKey: .type)
        try container.encode(text, forKey: .text)
      case .attachment(let attachment):
        let url = "data:\(Self.plain(attachment.mimeType));base64,\(Data(attachment.bytes).base64EncodedString())"
        switch attachment.kind {
        case .image:
          try container.encode("image_url", forKey: .type)
          try container.encode(ImageURL(url: url), forKey: .imageURL)
        case .document:
          try container.encode("file", forKey: .type)
          try container.encode(
            File(filename: attachment.name.map { String($0.prefix(100)) } ?? "document.pdf", data: url), forKey: .file)
        }
      }
    }

    /// A type without its parameters, and without what would end it inside a data URL.
    private static func plain(_ type: String) -> String {
      let plain = type.prefix { $0 != ";" && $0 != "," && !$0.isWhitespace }.lowercased()
      return plain.isEmpty ? "application/octet-stream" : plain
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .parts(let parts): try container.encode(parts)
    }
  }
}
