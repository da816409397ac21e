import FoundationEssentials

/// The body of a request for a streamed chat completion.
struct ChatCompletionRequest: Encodable {
  struct Message: Encodable, Equatable {
    var role: String
    var content: String
  }

  struct StreamOptions: Encodable {
    var includeUsage = true
    /// Off saves the padding that hides token lengths from a listener on the wire; only OpenAI itself knows the field.
    var includeObfuscation: Bool?

    enum CodingKeys: String, CodingKey {
      case includeUsage = "include_usage"
      case includeObfuscation = "include_obfuscation"
    }
  }

  struct Tool: Encodable {
    struct Function: Encodable {
      var name: String
      var description: String
      var parameters: Schema
    }
    struct Schema: Encodable {
      struct Property: Encodable {
        var type: String
        var description: String
      }
      var type = "object"
      var properties: [String: Property]
      var required: [String]
      var additionalProperties = false
    }
    var type = "function"
    var function: Function
  }

  var model: String
  var messages: [Message]
  var tools: [Tool]?
  var stream = true
  var streamOptions = StreamOptions()
  var temperature: Double?
  var maxCompletionTokens: Int?

  enum CodingKeys: String, CodingKey {
    case model, messages, tools, stream, temperature
    case streamOptions = "stream_options"
    case maxCompletionTokens = "max_completion_tokens"
  }

  /// The tools that every conversation has.
  static let tools = [
    Tool(
      function: .init(
        name: ChatTool.transferToHuman.rawValue,
        description:
          "Hands the caller to a person. Use it when the caller asks for one, or when you can't help. Say so "
          + "to the caller in the same answer, in one short sentence.",
        parameters: .init(
          properties: ["reason": .init(type: "string", description: "What the caller wants, in one sentence.")],
          required: ["reason"]))),
    Tool(
      function: .init(
        name: ChatTool.endCall.rawValue,
        description: "Ends the conversation. Use it when the caller is done. Say goodbye in the same answer.",
        parameters: .init(properties: [:], required: []))),
  ]

  /// The conversation as the model sees it.
  static func messages(for context: DialogueContext) -> [Message] {
    let style = """
      You speak with a caller on the phone; your words are read out aloud by a voice. Answer in the language \
      \(context.language). Use short, natural, spoken sentences, and no lists, markup, emoji or web addresses. The \
      caller's words come from speech recognition and may hold mistakes: ask when you are not sure.
      """
    var messages = [Message(role: "system", content: context.instructions + "\n\n" + style)]
    for message in context.messages {
      switch message.role {
      case .caller:
        messages.append(Message(role: "user", content: message.text))
      case .system:
        messages.append(Message(role: "system", content: message.text))
      case .assistant:
        if !message.text.isEmpty { messages.append(Message(role: "assistant", content: message.text)) }
        if message.wasInterrupted {
          // A mark inside the text would soon be imitated by the model.
          messages.append(
            Message(
              role: "system",
              content: message.text.isEmpty
                ? "The caller interrupted before hearing your answer."
                : "The caller interrupted; of your last answer they heard only the words above."))
        }
      }
    }
    return messages
  }
}

/// The tools that a model may call.
enum ChatTool: String {
  case transferToHuman = "transfer_to_human"
  case endCall = "end_call"
}

/// How many tokens were used.
public struct OpenAIUsage: Sendable, Equatable {
  /// Tokens read.
  public var promptTokens: Int
  /// Tokens written.
  public var completionTokens: Int

  /// A count.
  public init(promptTokens: Int = 0, completionTokens: Int = 0) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
  }
}

/// One chunk of a streamed chat completion.
struct ChatCompletionChunk: Decodable {
  struct Function: Decodable {
    var name: String?
    var arguments: String?
  }
  struct ToolCall: Decodable {
    var index: Int?
    var function: Function?
  }
  struct Delta: Decodable {
    var content: String?
    var refusal: String?
    var toolCalls: [ToolCall]?

    enum CodingKeys: String, CodingKey {
      case content, refusal
      case toolCalls = "tool_calls"
    }
  }
  struct Choice: Decodable {
    var delta: Delta?
    var finishReason: String?

    enum CodingKeys: String, CodingKey {
      case delta
      case finishReason = "finish_reason"
    }
  }
  struct Usage: Decodable {
    var promptTokens: Int?
    var completionTokens: Int?

    enum CodingKeys: String, CodingKey {
      case promptTokens = "prompt_tokens"
      case completionTokens = "completion_tokens"
    }
  }
  var choices: [Choice]?
  var usage: Usage?
  var error: OpenAIFailure?
}
