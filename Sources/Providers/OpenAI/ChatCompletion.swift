import JSON

/// A streamed chat completion as it is asked for.
struct ChatCompletionRequest {
  /// One message of the conversation.
  struct Message: Equatable {
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

    var json: JSONValue { ["role": .string(role), "content": content.json] }
  }

  var model: String
  var messages: [Message]
  var tools: [ChatToolDefinition]?
  var responseFormat: ChatResponseFormat?
  var temperature: Double?
  var maximumTokens: Int?
  /// Whether token lengths are hidden from a listener on the wire by padding; false saves that. Only OpenAI itself knows
  /// the field, so others must be told nothing: nil.
  var obfuscates: Bool?

  /// The body of the request.
  var json: JSONValue {
    .members([
      "model": .string(model), "messages": .array(messages.map(\.json)),
      "tools": tools.map { .array($0.map(\.json)) }, "response_format": responseFormat?.json, "stream": true,
      "stream_options": .members(["include_usage": true, "include_obfuscation": obfuscates.map { .bool($0) }]),
      "temperature": temperature.map { .number($0) },
      "max_completion_tokens": maximumTokens.map { .integer(Int64($0)) },
    ])
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
