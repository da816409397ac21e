import FoundationEssentials
import JSON
import VoicePipeline

/// What a message of a chat completion holds: a text, or parts with files among them.
enum ChatContent: Equatable {
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

  var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .parts(let parts): .array(parts.map(\.json))
    }
  }

  /// One of several parts.
  enum Part: Equatable {
    case text(String)
    case attachment(DialogueAttachment)

    var json: JSONValue {
      switch self {
      case .text(let text): return ["type": "text", "text": .string(text)]
      case .attachment(let attachment):
        let url = "data:\(Self.plain(attachment.mimeType));base64,\(Data(attachment.bytes).base64EncodedString())"
        switch attachment.kind {
        case .image: return ["type": "image_url", "image_url": ["url": .string(url)]]
        case .document:
          let name = attachment.name.map { String($0.prefix(100)) } ?? "document.pdf"
          return ["type": "file", "file": ["filename": .string(name), "file_data": .string(url)]]
        }
      }
    }

    /// A type without its parameters, and without what would end it inside a data URL.
    private static func plain(_ type: String) -> String {
      let plain = type.prefix { $0 != ";" && $0 != "," && !$0.isWhitespace }.lowercased()
      return plain.isEmpty ? "application/octet-stream" : plain
    }
  }
}
