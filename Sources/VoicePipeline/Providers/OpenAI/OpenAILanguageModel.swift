import Audio
import FoundationEssentials
import Locking
public import NetClient

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
    /// Whether the model may transfer and hang up. Default true.
    public var hasTools: Bool

    /// Settings for `model`.
    public init(
      model: String = "gpt-4.1-mini", temperature: Double? = nil, maximumTokens: Int? = nil, hasTools: Bool = true
    ) {
      self.model = model
      self.temperature = temperature
      self.maximumTokens = maximumTokens
      self.hasTools = hasTools
    }
  }

  /// `openai`.
  public let name = OpenAIClient.provider
  private let client: OpenAIClient
  private let settings: Settings
  private let total = Locked(OpenAIUsage())

  /// A model reached through `http`.
  public init(_ configuration: OpenAIConfiguration, settings: Settings = Settings(), http: HTTPClient) {
    client = OpenAIClient(configuration: configuration, http: http)
    self.settings = settings
  }

  /// The tokens of all answers so far, as far as the provider told.
  public var usage: OpenAIUsage { total.withLock { $0 } }

  /// Opens a connection ahead of the first question.
  public func prewarm() async {
    await client.prewarm()
  }

  /// All memory is in the context, so that a dialogue is only a way to ask.
  public func makeDialogue() -> any Dialogue {
    OpenAIDialogue(model: self)
  }

  fileprivate func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: ReplyEvent.self)
    let task = Task {
      do {
        try await FirstOutputWatch.run(within: client.configuration.firstOutputTimeout) { [self] watch in
          try await generate(context) { event in
            watch.delivered()
            continuation.yield(event)
          }
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: OpenAIClient.translated(any: error))
      }
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func generate(_ context: DialogueContext, _ deliver: @Sendable (ReplyEvent) -> Void) async throws {
    var request = ChatCompletionRequest(
      model: settings.model, messages: ChatCompletionRequest.messages(for: context),
      temperature: settings.temperature, maxCompletionTokens: settings.maximumTokens)
    if settings.hasTools { request.tools = ChatCompletionRequest.tools }
    if client.configuration.baseURL.hasPrefix("https://api.openai.com/") {
      request.streamOptions.includeObfuscation = false
    }
    let body = Array(try JSONEncoder().encode(request))
    let response = try await client.post(
      "/chat/completions", contentType: "application/json", .bytes(body), total: .seconds(120),
      maximumBodyBytes: 16 << 20)
    var parser = EventStreamParser()
    var reader = ChatCompletionReader()
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
        for reply in try reader.receive(event.data) { deliver(reply) }
        if reader.isDone { break reading }
      }
    }
    try Task.checkCancellation()
    for reply in try reader.finish() { deliver(reply) }
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
