import Audio
import FoundationEssentials
import Locking
public import NetClient

/// Recognition by OpenAI's audio/transcriptions: an utterance is sent whole when it is over, and its words stream back.
public final class OpenAISpeechToText: SpeechToText {
  /// What is asked of the recogniser.
  public struct Settings: Sendable, Equatable {
    /// Default `gpt-4o-mini-transcribe`.
    public var model: String
    /// Words and names that may come up, in a sentence. Default nil.
    public var prompt: String?

    /// Settings for `model`.
    public init(model: String = "gpt-4o-mini-transcribe", prompt: String? = nil) {
      self.model = model
      self.prompt = prompt
    }
  }

  /// `openai`.
  public let name = OpenAIClient.provider
  private let client: OpenAIClient
  private let settings: Settings

  /// A recogniser reached through `http`.
  public init(_ configuration: OpenAIConfiguration, settings: Settings = Settings(), http: HTTPClient) {
    client = OpenAIClient(configuration: configuration, http: http)
    self.settings = settings
  }

  /// Returns at once and opens a connection meanwhile; a refused key shows at the first utterance.
  public func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    OpenAIRecognition(options, transcriber: OpenAITranscriber(client: client, settings: settings))
  }
}

/// One open recognition.
final class OpenAIRecognition: SpeechRecognition {
  let events: AsyncStream<RecognitionEvent>

  private struct Utterance: Sendable {
    var samples: [Int16]
    var hint: RecognitionHint?
  }

  private struct State {
    var buffer: UtteranceBuffer
    var hint: RecognitionHint?
    var waiting = 0
  }

  /// How many utterances may wait for their answers with their sound; of more only the empty final is delivered.
  private static let maximumWaiting = 4

  private let continuation: AsyncStream<RecognitionEvent>.Continuation
  private let utterances: AsyncStream<Utterance>.Continuation
  private let state: Locked<State>
  private let worker: Task<Void, Never>

  init(_ options: RecognitionOptions, transcriber: OpenAITranscriber) {
    let (events, continuation) = AsyncStream.makeStream(
      of: RecognitionEvent.self, bufferingPolicy: .bufferingNewest(1024))
    let (queue, utterances) = AsyncStream.makeStream(of: Utterance.self)
    let state = Locked(State(buffer: UtteranceBuffer(sampleRate: options.sampleRate), hint: options.hint))
    self.events = events
    self.continuation = continuation
    self.utterances = utterances
    self.state = state
    worker = Task {
      async let warm: Void = transcriber.client.prewarm()
      for await utterance in queue {
        do {
          var text = ""
          if !utterance.samples.isEmpty {
            text = try await transcriber.transcribe(
              utterance.samples, sampleRate: options.sampleRate, language: options.language, hint: utterance.hint
            ) { continuation.yield(.partial($0)) }
          }
          state.withLock { $0.waiting -= 1 }
          continuation.yield(.final(text, confidence: nil))
        } catch {
          if let error = error as? ProviderError { continuation.yield(.failed(error)) }
          break
        }
      }
      _ = await warm
      continuation.finish()
    }
  }

  deinit {
    close()
  }

  func send(_ frame: AudioFrame) {
    state.withLock { $0.buffer.append(frame) }
  }

  func finishUtterance() {
    // Queued inside the lock, so that two utterances can't change places.
    state.withLock { state in
      var samples = state.buffer.take()
      if state.waiting >= Self.maximumWaiting { samples = [] }
      state.waiting += 1
      utterances.yield(Utterance(samples: samples, hint: state.hint))
    }
  }

  func update(hint: RecognitionHint?) {
    state.withLock { $0.hint = hint }
  }

  func close() {
    utterances.finish()
    worker.cancel()
  }
}

/// Sends one utterance and reads its transcript.
struct OpenAITranscriber: Sendable {
  let client: OpenAIClient
  let settings: OpenAISpeechToText.Settings

  private struct Event: Decodable {
    var type: String?
    var delta: String?
    var text: String?
    var error: OpenAIFailure?
  }

  /// The words of `samples`; `partial` gets what they are so far. Throws `ProviderError` or `CancellationError`.
  func transcribe(
    _ samples: [Int16], sampleRate: Int, language: String, hint: RecognitionHint?,
    partial: @escaping @Sendable (String) -> Void
  ) async throws -> String {
    let result = Locked("")
    do {
      try await FirstOutputWatch.run(within: client.configuration.firstOutputTimeout) { watch in
        let text = try await request(samples, sampleRate, language, hint) { text in
          watch.delivered()
          partial(text)
        }
        watch.delivered()
        result.withLock { $0 = text }
      }
    } catch {
      throw OpenAIClient.translated(any: error)
    }
    return result.withLock { $0 }
  }

  private func request(
    _ samples: [Int16], _ sampleRate: Int, _ language: String, _ hint: RecognitionHint?,
    _ partial: @Sendable (String) -> Void
  ) async throws -> String {
    var form = MultipartForm()
    form.add(field: "model", settings.model)
    // ISO 639-1: the region is not known there.
    form.add(field: "language", String(language.prefix { $0 != "-" && $0 != "_" }).lowercased())
    form.add(field: "response_format", "json")
    let words = [settings.prompt, hint.map { $0.phrases.joined(separator: ", ") }].compactMap { $0 }
      .filter { !$0.isEmpty }
    if !words.isEmpty { form.add(field: "prompt", String(words.joined(separator: " ").prefix(800))) }
    // whisper-1 knows only whole answers.
    if !settings.model.hasPrefix("whisper") { form.add(field: "stream", "true") }
    form.add(
      file: "file", filename: "utterance.wav", contentType: "audio/wav", wavFile(samples, sampleRate: sampleRate))
    let response = try await client.post(
      "/audio/transcriptions", .multipart(form), total: .seconds(30), maximumBodyBytes: 4 << 20)
    guard response.header("content-type")?.lowercased().hasPrefix("text/event-stream") == true else {
      return try await whole(response)
    }
    var parser = EventStreamParser()
    var text = ""
    for try await chunk in response.body {
      for event in try parser.feed(chunk) where event.data != "[DONE]" {
        let decoded = try? JSONDecoder().decode(Event.self, from: Data(event.data.utf8))
        guard let message = decoded else { throw malformed("an event is not the JSON of a transcript") }
        if message.error != nil {
          throw ProviderError(
            .failed(status: nil), provider: OpenAIClient.provider,
            message: "failed in the middle of a transcript; see the provider's status page")
        }
        switch message.type {
        case "transcript.text.delta":
          text += message.delta ?? ""
          if !text.isEmpty { partial(text) }
        case "transcript.text.done":
          return Self.trimmed(message.text ?? text)
        default:
          break
        }
      }
    }
    try Task.checkCancellation()
    throw ProviderError(
      .unreachable, provider: OpenAIClient.provider, message: "hung up in the middle of a transcript")
  }

  private func whole(_ response: HTTPResponse) async throws -> String {
    let body = try await response.collect(upTo: 4 << 20)
    try Task.checkCancellation()
    guard let transcript = try? JSONDecoder().decode(Event.self, from: Data(body)), let text = transcript.text else {
      throw malformed("the answer is not the JSON of a transcript; check base_url and model")
    }
    return Self.trimmed(text)
  }

  private static func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  private func malformed(_ message: String) -> ProviderError {
    ProviderError(.malformedAnswer, provider: OpenAIClient.provider, message: message)
  }
}
