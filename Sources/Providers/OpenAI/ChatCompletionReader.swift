import JSON
package import VoicePipeline

/// Turns the events of a streamed chat completion into an answer. Sans-IO.
package struct ChatCompletionReader {
  /// The count of tokens, once the provider has given it.
  private(set) var usage: OpenAIUsage?
  /// Whether nothing more will come.
  private(set) var isDone = false

  private struct ToolCall {
    var name = ""
    var arguments = ""
  }

  private let abilities: Set<DialogueAbility>
  private var toolCalls: [Int: ToolCall] = [:]
  private var finishReason: String?
  private var hasText = false
  private var textBytes = 0
  private var eventCount = 0

  /// An answer of more text is not one for the ear: about an hour of speech.
  private static let maximumTextBytes = 64 << 10
  private static let maximumToolCalls = 16
  /// What WhatsApp takes in one text.
  private static let maximumMessage = 4096
  private static let maximumArgumentBytes = 64 << 10

  /// A reader of an answer that may call for nothing but `abilities`.
  package init(abilities: Set<DialogueAbility> = Set(DialogueAbility.allCases)) { self.abilities = abilities }

  /// Takes the data of one event.
  package mutating func receive(_ data: String) throws(ProviderError) -> [ReplyEvent] {
    guard !isDone else { return [] }
    eventCount += 1
    if data == "[DONE]" {
      isDone = true
      return []
    }
    guard let chunk = JSONValue(json: data), case .object = chunk else {
      throw malformed("a chunk is not the JSON of a chat completion")
    }
    if let failure = OpenAIFailure(chunk) {
      let detail = (failure.code ?? failure.type).map { " (\($0))" } ?? ""
      throw ProviderError(
        .failed(status: nil), provider: OpenAIClient.provider,
        message: "failed in the middle of an answer\(detail); see the provider's status page")
    }
    if let usage = chunk["usage"], case .object = usage {
      self.usage = OpenAIUsage(
        promptTokens: usage["prompt_tokens"]?.int ?? 0, completionTokens: usage["completion_tokens"]?.int ?? 0)
    }
    let choices = chunk["choices"] ?? .null
    guard choices == .null || choices.isList else { throw malformed("a chunk is not the JSON of a chat completion") }
    guard let choice = choices.array.first else { return [] }
    if let reason = choice["finish_reason"]?.string { finishReason = reason }
    let delta = choice["delta"]
    for call in delta?["tool_calls"]?.array ?? [] { try accumulate(call) }
    var events: [ReplyEvent] = []
    // A refusal is what the model has to say.
    for part in ["content", "refusal"] {
      guard let text = delta?[part]?.string, !text.isEmpty else { continue }
      textBytes += text.utf8.count
      guard textBytes <= Self.maximumTextBytes else { throw malformed("the answer has no end") }
      hasText = true
      events.append(.text(text))
    }
    return events
  }

  /// The stream is over: what is still to be said, or why the answer is not one.
  package mutating func finish() throws(ProviderError) -> [ReplyEvent] {
    guard eventCount > 0 else { throw malformed("the answer is not a stream of events; check base_url") }
    guard isDone || finishReason != nil else {
      throw ProviderError(
        .unreachable, provider: OpenAIClient.provider, message: "hung up in the middle of an answer")
    }
    isDone = true
    var events: [ReplyEvent] = []
    for index in toolCalls.keys.sorted() {
      guard let call = toolCalls[index] else { continue }
      guard let tool = ChatTool(rawValue: call.name), abilities.contains(tool.ability) else {
        guard hasText || toolCalls.count > 1 else { throw malformed("the model called a tool that does not exist") }
        continue
      }
      if let event = Self.event(of: tool, call.arguments) { events.append(event) }
    }
    guard events.isEmpty, !hasText else { return events }
    switch finishReason {
    case "content_filter":
      throw ProviderError(
        .failed(status: nil), provider: OpenAIClient.provider, message: "the provider's content filter kept the answer")
    case "length":
      throw malformed("the answer was cut off before its first word; raise max_tokens")
    default:
      throw malformed("the answer is empty")
    }
  }

  /// What a call asks for; nil if its arguments make no sense.
  private static func event(of tool: ChatTool, _ json: String) -> ReplyEvent? {
    let arguments = JSONValue(json: json)
    switch tool {
    case .transferToHuman:
      // The wish for a person counts, however badly its reason is spelled.
      return .transferToHuman(reason: arguments?["reason"]?.string ?? "")
    case .endCall: return .hangUp
    case .callCustomer: return .callCustomer
    case .sendWhatsApp:
      guard let text = arguments?["text"]?.string, text.contains(where: { !$0.isWhitespace }) else { return nil }
      return .sendMessage(String(text.prefix(maximumMessage)))
    case .offerChoices:
      let choices = Self.choices(arguments?["choices"]?.array ?? [])
      return choices.isEmpty ? nil : .choices(choices)
    }
  }

  /// Those that can be shown: with a title, no two alike, cut to what fits.
  private static func choices(_ list: [JSONValue]) -> [ReplyChoice] {
    var seen: Set<String> = []
    var choices: [ReplyChoice] = []
    for choice in list where choices.count < ReplyChoice.maximumCount {
      let title = String((choice["title"]?.string ?? "").drop(while: \.isWhitespace).prefix(ReplyChoice.maximumTitle))
      guard !title.isEmpty, seen.insert(title).inserted else { continue }
      let description = choice["description"]?.string.map { String($0.prefix(ReplyChoice.maximumDescription)) }
      choices.append(
        ReplyChoice(id: title, title: title, description: description?.isEmpty == true ? nil : description))
    }
    return choices
  }

  private mutating func accumulate(_ call: JSONValue) throws(ProviderError) {
    let index = call["index"]?.int ?? 0
    let function = call["function"]
    var known = toolCalls[index] ?? ToolCall()
    if let name = function?["name"]?.string, !name.isEmpty { known.name = name }
    known.arguments += function?["arguments"]?.string ?? ""
    toolCalls[index] = known
    guard toolCalls.count <= Self.maximumToolCalls, known.name.utf8.count <= 256,
      known.arguments.utf8.count <= Self.maximumArgumentBytes
    else { throw malformed("the model's tool calls have no end") }
  }

  private func malformed(_ message: String) -> ProviderError {
    ProviderError(.malformedAnswer, provider: OpenAIClient.provider, message: message)
  }
}
