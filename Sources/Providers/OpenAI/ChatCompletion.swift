import FoundationEssentials
import VoicePipeline

/// The body of a request for a streamed chat completion.
struct ChatCompletionRequest: Encodable {
  struct Message: Encodable, Equatable {
    var role: String
    var content: ChatContent

    init(role: String, content: String) {
      self.role = role
      self.content = .text(content)
    }

    init(role: String, content: ChatContent) {
      self.role = role
      self.content = content
    }
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

  var model: String
  var messages: [Message]
  var tools: [ChatToolDefinition]?
  var responseFormat: ChatResponseFormat?
  var stream = true
  var streamOptions = StreamOptions()
  var temperature: Double?
  var maxCompletionTokens: Int?

  enum CodingKeys: String, CodingKey {
    case model, messages, tools, stream, temperature
    case responseFormat = "response_format"
    case streamOptions = "stream_options"
    case maxCompletionTokens = "max_completion_tokens"
  }
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
