import FoundationEssentials

// What the provider's documentation calls these things, so that the coders need no keys.
// swift-format-ignore: AlwaysUseLowerCamelCase
struct ChatRequest: Decodable {
  struct Message: Decodable {
    struct Part: Decodable {
      var type: String
      var text: String?
    }
    var role: String
    /// The text; of several parts the texts, and the types of the others in brackets.
    var content: String

    private enum CodingKeys: CodingKey {
      case role, content
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      role = try values.decode(String.self, forKey: .role)
      if let text = try? values.decode(String.self, forKey: .content) {
        content = text
      } else {
        let parts = try values.decode([Part].self, forKey: .content)
        content = parts.map { $0.text ?? "<\($0.type)>" }.joined(separator: " ")
      }
    }
  }
  struct StreamOptions: Decodable {
    var include_usage: Bool?
  }
  var model: String
  var messages: [Message]
  var stream: Bool
  var stream_options: StreamOptions?
}

// swift-format-ignore: AlwaysUseLowerCamelCase
struct SpeechRequest: Decodable {
  var model: String
  var voice: String
  var input: String
  var response_format: String
}

struct Transcript: Encodable {
  var text: String
}

// swift-format-ignore: AlwaysUseLowerCamelCase
private struct ChatChunk: Encodable {
  struct Function: Encodable {
    var name: String?
    var arguments: String
  }
  struct ToolCall: Encodable {
    var index: Int
    var id: String?
    var type: String?
    var function: Function
  }
  struct Delta: Encodable {
    var role: String?
    var content: String?
    var tool_calls: [ToolCall]?
  }
  struct Choice: Encodable {
    var index = 0
    var delta: Delta
    var finish_reason: String?
  }
  struct Usage: Encodable {
    var prompt_tokens: Int
    var completion_tokens: Int
    var total_tokens: Int
  }
  var id = "chatcmpl-standin"
  var object = "chat.completion.chunk"
  var created = 1
  var model: String
  var choices: [Choice]
  var usage: Usage?
}

private struct TranscriptEvent: Encodable {
  var type: String
  var delta: String?
  var text: String?
}

func json(_ value: some Encodable) throws -> [UInt8] {
  Array(try JSONEncoder().encode(value))
}

private func event(_ value: some Encodable) throws -> [UInt8] {
  Array("data: ".utf8) + (try json(value)) + Array("\n\n".utf8)
}

extension StandInOpenAI {
  static func chatPieces(_ reply: Reply, _ request: ChatRequest) throws -> [Piece] {
    func chunk(_ delta: ChatChunk.Delta, finish: String? = nil) throws -> Piece {
      Piece(try event(ChatChunk(model: request.model, choices: [.init(delta: delta, finish_reason: finish)])))
    }
    var pieces = [try chunk(.init(role: "assistant", content: ""))]
    for text in reply.pieces {
      if reply.hasComments { pieces.append(Piece(Array(": keep-alive\r\nevent: message\r\n".utf8))) }
      pieces.append(try chunk(.init(content: text)))
    }
    for (index, tool) in reply.tools.enumerated() {
      pieces.append(
        try chunk(
          .init(tool_calls: [
            .init(index: index, id: "call_\(index)", type: "function", function: .init(name: tool.name, arguments: ""))
          ])))
      for piece in tool.arguments {
        pieces.append(try chunk(.init(tool_calls: [.init(index: index, function: .init(arguments: piece))])))
      }
    }
    pieces.append(try chunk(.init(), finish: reply.finishReason ?? (reply.tools.isEmpty ? "stop" : "tool_calls")))
    if reply.hasUsage, request.stream_options?.include_usage == true {
      let usage = ChatChunk.Usage(
        prompt_tokens: request.messages.count * 10, completion_tokens: reply.pieces.count,
        total_tokens: request.messages.count * 10 + reply.pieces.count)
      pieces.append(Piece(try event(ChatChunk(model: request.model, choices: [], usage: usage))))
    }
    if reply.hasDone { pieces.append(Piece(Array("data: [DONE]\n\n".utf8))) }
    if reply.isByteByByte {
      for index in pieces.indices { pieces[index].isByteByByte = true }
    }
    return pieces
  }

  static func transcriptPieces(_ words: [String]) throws -> [Piece] {
    try words.map { Piece(try event(TranscriptEvent(type: "transcript.text.delta", delta: $0))) }
      + [Piece(try event(TranscriptEvent(type: "transcript.text.done", text: words.joined())))]
  }

  static func speechPieces(_ samples: [Int16], _ behaviour: Behaviour) -> [Piece] {
    let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    let size = max(1, behaviour.speechPieceBytes)
    let delay = behaviour.isSpeechRealTime ? Duration.nanoseconds(Int64(size) * 1_000_000_000 / 48000) : nil
    return stride(from: 0, to: bytes.count, by: size).map { start in
      Piece(Array(bytes[start..<min(start + size, bytes.count)]), delay: delay)
    }
  }
}

extension StandInOpenAI.Upload {
  /// Nil unless the request is a form with a file.
  init?(_ request: StandInRequest) {
    guard let type = request.header("content-type"), let mark = type.firstRange(of: "boundary=") else { return nil }
    let boundary = type[mark.upperBound...].filter { $0 != "\"" }
    self.init(fields: [:], filename: "", bytes: [], sampleRate: 0, samples: [])
    for part in Self.split(request.body, by: Array("--\(boundary)".utf8)) {
      guard let end = Self.find(Array("\r\n\r\n".utf8), in: part[...]) else { continue }
      let head = String(decoding: part[..<end], as: UTF8.self)
      let content = Array(part[(end + 4)...].dropLast(2))
      guard let name = Self.parameter("name", of: head) else { continue }
      if let filename = Self.parameter("filename", of: head) {
        self.filename = filename
        bytes = content
      } else {
        fields[name] = String(decoding: content, as: UTF8.self)
      }
    }
    // It goes by the name of the file, as the provider does.
    let known = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"]
    guard known.contains(where: { filename.hasSuffix("." + $0) }) else { return nil }
    if bytes.count >= 44, bytes.starts(with: Array("RIFF".utf8)) {
      sampleRate = Int(bytes[24]) | Int(bytes[25]) << 8 | Int(bytes[26]) << 16 | Int(bytes[27]) << 24
      samples = stride(from: 44, to: bytes.count - 1, by: 2).map {
        Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
      }
    }
  }

  private static func parameter(_ name: String, of head: String) -> String? {
    guard let start = head.firstRange(of: "; \(name)=\"") else { return nil }
    return String(head[start.upperBound...].prefix { $0 != "\"" })
  }

  private static func split(_ bytes: [UInt8], by mark: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var rest = bytes[...]
    while let start = find(mark, in: rest) {
      parts.append(Array(rest[..<start]))
      rest = rest[(start + mark.count)...]
    }
    return parts
  }

  private static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = mark.first else { return nil }
    var rest = bytes
    while let index = rest.firstIndex(of: first) {
      if bytes[index...].starts(with: mark) { return index }
      rest = rest[(index + 1)...]
    }
    return nil
  }
}
