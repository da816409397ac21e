import Audio
import Locking
import Logging
import NetClient
import Providers
import VoicePipeline

/// Makes providers from their configuration. What is the same for several assistants is made once: a pool of
/// recognisers, a set of warm processes, the connections of the HTTP client.
final class ProviderFactory: Sendable {
  private struct Made: Sendable {
    var http: HTTPClient?
    var recognisers: [(settings: PocketSphinxSpeechToText.Settings, provider: PocketSphinxSpeechToText)] = []
    var voices: [(settings: EspeakTextToSpeech.Settings, provider: EspeakTextToSpeech)] = []
  }

  private let made = Locked(Made())
  private let logger: Logger

  init(logger: Logger = Logger(label: "providers")) {
    self.logger = logger
  }

  /// The ears, mind and voice of `assistant`. Throws what is missing on this machine.
  func providers(for assistant: AssistantConfiguration) throws(ProviderError) -> ConversationProviders {
    ConversationProviders(
      stt: try speechToText(assistant.stt),
      llm: try languageModel(assistant.llm, language: assistant.conversation.language),
      tts: try textToSpeech(assistant.tts))
  }

  /// The recogniser, or the order of several.
  func speechToText(_ configurations: [ProviderConfiguration]) throws(ProviderError) -> any SpeechToText {
    var all: [any SpeechToText] = []
    for configuration in configurations {
      switch configuration {
      case .pocketsphinx(let settings): all.append(try recogniser(settings))
      case .service(let service) where service.provider == "deepgram":
        var deepgram = DeepgramConfiguration(apiKey: service.apiKey?.value ?? "")
        if let url = service.url { deepgram.baseURL = Self.withVersion(url) }
        if let model = service.model { deepgram.model = model }
        if let timeout = service.timeout { deepgram.connectTimeout = timeout }
        all.append(DeepgramSpeechToText(deepgram, http: http))
      case .service(let service):
        var settings = OpenAISpeechToText.Settings()
        if let model = service.model { settings.model = model }
        all.append(OpenAISpeechToText(Self.openAI(service), settings: settings, http: http))
      case .espeak, .scripted: throw Self.misplaced(configuration, "stt")
      }
    }
    guard let first = all.first else { throw Self.none("stt") }
    return all.count == 1 ? first : FailoverSpeechToText(providers: all, logger: logger)
  }

  /// The mind, or the order of several.
  func languageModel(
    _ configurations: [ProviderConfiguration], language: String
  ) throws(ProviderError) -> any LanguageModel {
    var all: [any LanguageModel] = []
    for configuration in configurations {
      switch configuration {
      case .scripted(let definition):
        do {
          all.append(try ScriptedLanguageModel(definition, language: language))
        } catch {
          throw ProviderError(.missing, provider: "scripted", message: "the dialogue does not work: \(error)")
        }
      case .service(let service) where service.provider == "openai":
        var settings = OpenAILanguageModel.Settings(sees: service.sees)
        if let model = service.model { settings = OpenAILanguageModel.Settings(model: model, sees: service.sees) }
        settings.temperature = service.temperature
        settings.maximumTokens = service.maximumTokens
        all.append(OpenAILanguageModel(Self.openAI(service), settings: settings, http: http))
      case .service, .pocketsphinx, .espeak: throw Self.misplaced(configuration, "llm")
      }
    }
    guard let first = all.first else { throw Self.none("llm") }
    return all.count == 1 ? first : FailoverLanguageModel(providers: all, logger: logger)
  }

  /// The voice, or the order of several.
  func textToSpeech(_ configurations: [ProviderConfiguration]) throws(ProviderError) -> any TextToSpeech {
    var all: [any TextToSpeech] = []
    for configuration in configurations {
      switch configuration {
      case .espeak(let settings): all.append(try voice(settings))
      case .service(let service) where service.provider == "openai":
        var settings = OpenAITextToSpeech.Settings()
        if let model = service.model { settings.model = model }
        if let voice = service.voice { settings.voice = voice }
        settings.instructions = service.style
        all.append(OpenAITextToSpeech(Self.openAI(service), settings: settings, http: http))
      case .service, .pocketsphinx, .scripted: throw Self.misplaced(configuration, "tts")
      }
    }
    guard let first = all.first else { throw Self.none("tts") }
    return all.count == 1 ? first : FailoverTextToSpeech(providers: all, logger: logger) ?? first
  }

  /// Loads what the first call would have to wait for.
  @concurrent func prewarm(_ configuration: Configuration) async throws(ProviderError) {
    for assistant in configuration.assistants.values {
      for case .pocketsphinx(let settings) in assistant.stt { try await recogniser(settings).prewarm() }
      for case .espeak(let settings) in assistant.tts {
        try await voice(settings).prepare(language: assistant.conversation.language)
      }
    }
  }

  private var http: HTTPClient {
    made.withLock { made in
      if let http = made.http { return http }
      let http = HTTPClient()
      made.http = http
      return http
    }
  }

  private func recogniser(
    _ settings: PocketSphinxSpeechToText.Settings
  ) throws(ProviderError) -> PocketSphinxSpeechToText {
    try made.withLock { (made) throws(ProviderError) in
      if let known = made.recognisers.first(where: { $0.settings == settings }) { return known.provider }
      let provider = try PocketSphinxSpeechToText(settings: settings)
      made.recognisers.append((settings, provider))
      return provider
    }
  }

  private func voice(_ settings: EspeakTextToSpeech.Settings) throws(ProviderError) -> EspeakTextToSpeech {
    try made.withLock { (made) throws(ProviderError) in
      if let known = made.voices.first(where: { $0.settings == settings }) { return known.provider }
      let provider = try EspeakTextToSpeech(settings: settings)
      made.voices.append((settings, provider))
      return provider
    }
  }

  private static func openAI(_ service: ServiceConfiguration) -> OpenAIConfiguration {
    var result = OpenAIConfiguration(apiKey: service.apiKey?.value ?? "")
    if let url = service.url { result.baseURL = withoutSlash(url) }
    if let timeout = service.timeout { result.firstOutputTimeout = timeout }
    return result
  }

  /// Deepgram's address with the version that all its paths begin with.
  private static func withVersion(_ url: String) -> String {
    let base = withoutSlash(url)
    let host = base.firstRange(of: "://").map { base[$0.upperBound...] } ?? base[...]
    return host.contains("/") ? base : base + "/v1"
  }

  private static func withoutSlash(_ url: String) -> String {
    url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  private static func misplaced(_ configuration: ProviderConfiguration, _ kind: String) -> ProviderError {
    ProviderError(.missing, provider: configuration.name, message: "is not a provider for \(kind)")
  }

  private static func none(_ kind: String) -> ProviderError {
    ProviderError(.missing, provider: kind, message: "no provider is configured")
  }
}
