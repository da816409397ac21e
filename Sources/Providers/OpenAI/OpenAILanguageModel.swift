import Audio
import Coordination
import FoundationEssentials
import JSON
public import NetClient
public import VoicePipeline

/// A language model behind the chat completions interface, OpenAI's or that of a server which speaks it.
public final class OpenAILanguageModel: LanguageModel {
  /// What is asked of the model.
  public struct Settings: Sendable, Equatable {
    /// E.g. `gpt-4.1-mini`.
    public var model: String
    /// 0 to 2; nil, the default, sends none, since newer models refuse it.
    public var temperature: Double?
    /// The longest answer in tokens; nil, the default, sends none.
    public var maximumTokens: Int?
    /// Whether the model may do more than speak, e.g. transfer and hang up. Default true.
    public var hasTools: Bool
    /// The attachments that the model takes in. Default: what is known of a model of that name.
    public var sees: Set<DialogueAttachment.Kind>

    /// Settings for `model`.
    public init(
      model: String = "gpt-4.1-mini", temperature: Double? = nil, maximumTokens: Int? = nil, hasTools: Bool = true,
      sees: Set<DialogueAttachment.Kind>? = nil
    ) {
      self.model = model
      self.temperature = temperature
      self.maximumTokens = maximumTokens
      self.hasTools = hasTools
      self.sees = sees ?? Self.sees(model)
    }

    private static func sees(_ model: String) -> Set<DialogueAttachment.Kind> {
      let seeing = ["gpt-4o", "gpt-4.1", "gpt-5", "o3", "o4", "chatgpt-4o"]
      // Relatives of theirs that only read, or only listen.
      let blind = model.hasPrefix("o3-mini") || model.contains("audio")
      return !blind && seeing.contains { model.hasPrefix($0) } ? [.image, .document] : []
    }
  }

  /// `openai`.
  public let name = OpenAIClient.provider
  private let client: OpenAIClient
  private let settings: Settings
  private let total = Locked(OpenAIUsage())
  private let tasks = TaskOwner()

  /// How many pieces of an answer may wait for their reader, who takes them as fast as they are spoken: an hour of
  /// speech. What is longer ends with an error.
  private static let maximumWaiting = 16_384

  /// A model reached through `http`.
  public init(_ configuration: OpenAIConfiguration, settings: Settings = Settings(), http: HTTPClient) {
    client = OpenAIClient(configuration: configuration, http: http)
    self.settings = settings
  }

  /// What the settings say.
  public var sees: Set<DialogueAttachment.Kind> { settings.sees }

  /// The model itself, asked in a fixed form.
  public var classifier: (any EscalationClassifier)? { OpenAIJudgement(model: self) }

  /// The model itself, asked in a fixed form.
  public var summariser: (any ConversationSummariser)? { OpenAIJudgement(model: self) }

  /// The tokens of all answers so far, as far as the provider told.
  public var usage: OpenAIUsage { total.withLock { $0 } }

  /// Opens a connection ahead of the first question.
  public func prewarm() async {
    await client.prewarm()
  }

  /// Ends the answers that are under way.
  public func shutDown() async { await tasks.end() }

  /// All memory is in the context, so that a dialogue is only a way to ask.
  public func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue {
    OpenAIDialogue(model: self)
  }

  fileprivate func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    let limit = Self.firstOutputLimit(for: context, sees: sees, client.configuration)
    return tasks.stream(limit: Self.maximumWaiting) { [self] deliver in
      do {
        try await FirstOutputWatch.run(within: limit) { [self] watch in
          try await generate(context, firstByte: limit) { event in
            watch.delivered()
            try deliver(event)
          }
        }
      } catch {
        throw OpenAIClient.translated(any: error)
      }
    }
  }

  /// Pictures and documents take time to go up and to be looked at, and nobody holds a telephone meanwhile.
  private static func firstOutputLimit(
    for context: DialogueContext, sees: Set<DialogueAttachment.Kind>, _ configuration: OpenAIConfiguration
  ) -> Duration {
    let bytes = context.messages.flatMap(\.attachments).filter { sees.contains($0.kind) }
      .reduce(0) { $0 + $1.bytes.count }
    return bytes == 0
      ? configuration.firstOutputTimeout : configuration.uploadLimit(for: bytes)
  }

  private func generate(
    _ context: DialogueContext, firstByte: Duration, _ deliver: @Sendable (ReplyEvent) throws -> Void
  ) async throws {
    var request = ChatCompletionRequest(
      model: settings.model, messages: ChatCompletionRequest.messages(for: context, sees: sees),
      temperature: settings.temperature, maximumTokens: settings.maximumTokens)
    if settings.hasTools { request.tools = ChatTool.definitions(for: context) }
    try await send(
      encoded(request), abilities: settings.hasTools ? context.abilities : [], firstByte: firstByte, deliver)
  }

  /// The whole answer to `messages` in the form of `format`. Throws `ProviderError` or `CancellationError`.
  func structured(
    _ messages: [ChatCompletionRequest.Message], _ format: ChatResponseFormat, maximumTokens: Int
  ) async throws -> String {
    let request = ChatCompletionRequest(
      model: settings.model, messages: messages, responseFormat: format, temperature: settings.temperature,
      maximumTokens: settings.maximumTokens == nil ? nil : maximumTokens)
    let body = encoded(request)
    let limit = client.configuration.firstOutputTimeout
    let text = Locked("")
    do {
      try await FirstOutputWatch.run(within: limit) { [self] watch in
        try await send(body, abilities: [], firstByte: limit) { event in
          watch.delivered()
          if case .text(let piece) = event { text.withLock { $0 += piece } }
        }
      }
    } catch {
      throw OpenAIClient.translated(any: error)
    }
    return text.withLock { $0 }
  }

  private func encoded(_ request: ChatCompletionRequest) -> [UInt8] {
    var request = request
    if client.configuration.baseURL.hasPrefix("https://api.openai.com/") { request.obfuscates = false }
    return Array(request.json.text.utf8)
  }

  private func send(
    _ body: [UInt8], abilities: Set<DialogueAbility>, firstByte: Duration,
    _ deliver: @Sendable (ReplyEvent) throws -> Void
  ) async throws {
    let response = try await client.post(
      "/chat/completions", contentType: "application/json", .bytes(body), firstByte: firstByte,
      total: firstByte + .seconds(120), maximumBodyBytes: 16 << 20)
    var parser = EventStreamParser()
    var reader = ChatCompletionReader(abilities: abilities)
    defer {
      if let usage = reader.usage {
        total.withLock { total in
          total.promptTokens &+= usage.promptTokens
          total.completionTokens &+= usage.completionTokens
        }
      }
    }
    reading: for try await chunk in response.body {
      for event in try parser.feed(chunk) {
        for reply in try reader.receive(event.data) { try deliver(reply) }
        if reader.isDone { break reading }
      }
    }
    try Task.checkCancellation()
    for reply in try reader.finish() { try deliver(reply) }
  }
}

/// One conversation with an `OpenAILanguageModel`.
private struct OpenAIDialogue: Dialogue {
  let model: OpenAILanguageModel

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    model.reply(to: context)
  }

  func hint() async -> RecognitionHint? { nil }
}
