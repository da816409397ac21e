package import VoicePipeline

extension ProviderDescription {
  /// OpenAI, and servers that speak its language.
  package static let openAI = ProviderDescription(
    name: OpenAIClient.provider, stt: OpenAIOptions.stt, llm: OpenAIOptions.llm, tts: OpenAIOptions.tts)
}

/// What the configuration may say of OpenAI.
private enum OpenAIOptions {
  static let service = ServiceOptions(
    schemes: ["https", "http"], url: "https://api.openai.com/v1", timeout: "5s",
    "the longest wait for the first part of an answer")

  static func model(_ standard: String) -> ProviderKey<String> {
    .text("model", "the name of a model", standard: standard, "which model")
  }

  static func configuration(_ options: ProviderOptions) -> OpenAIConfiguration {
    var result = OpenAIConfiguration(apiKey: service.key(of: OpenAIClient.provider, in: options))
    if let url = service.address(in: options) { result.baseURL = url }
    if let timeout = options[service.timeout] { result.firstOutputTimeout = timeout }
    return result
  }

  // MARK: Speech to text

  static let listeningModel = model("gpt-4o-mini-transcribe")

  static let stt = ProviderOffer<any SpeechToText>(
    options: [listeningModel.option] + service.all, example: "{provider: openai, …}"
  ) { options in
    var settings = OpenAISpeechToText.Settings()
    if let model = options[listeningModel] { settings.model = model }
    return plan(configuration(options), settings) { configuration, settings, workshop throws(ProviderError) in
      OpenAISpeechToText(configuration, settings: settings, http: try workshop.http())
    }
  }

  // MARK: Language model

  static let thinkingModel = model("gpt-4.1-mini")
  static let temperature = ProviderKey<Double>.number("temperature", 0...2, "how freely it chooses its words")
  static let maximumTokens = ProviderKey<Int>.integer("maximum_tokens", 1...100_000, "the longest answer")
  static let sees = ProviderKey<Set<String>>.words(
    "sees", [DialogueAttachment.Kind.image, .document].map(\.rawValue), otherwise: "nothing that can be seen",
    "what customers send that the model takes in")

  static let llm = ProviderOffer<any LanguageModel>(
    options: [thinkingModel.option, temperature.option, maximumTokens.option, sees.option] + service.all,
    example: "{provider: openai, …}"
  ) { options in
    let sees = options[sees].map { Set($0.compactMap { DialogueAttachment.Kind(rawValue: $0) }) }
    var settings = OpenAILanguageModel.Settings(sees: sees)
    if let model = options[thinkingModel] { settings = OpenAILanguageModel.Settings(model: model, sees: sees) }
    settings.temperature = options[temperature]
    settings.maximumTokens = options[maximumTokens]
    return plan(configuration(options), settings) { configuration, settings, workshop throws(ProviderError) in
      OpenAILanguageModel(configuration, settings: settings, http: try workshop.http())
    }
  }

  // MARK: Text to speech

  static let speakingModel = model("gpt-4o-mini-tts")
  static let voice = ProviderKey<String>.text("voice", "the name of a voice", standard: "alloy", "whose voice")
  static let instructions = ProviderKey<String>.text("instructions", "text", "how to speak, in words")

  static let tts = ProviderOffer<any TextToSpeech>(
    options: [speakingModel.option, instructions.option, voice.option] + service.all, example: "{provider: openai, …}"
  ) { options in
    var settings = OpenAITextToSpeech.Settings()
    if let model = options[speakingModel] { settings.model = model }
    if let voice = options[voice] { settings.voice = voice }
    settings.instructions = options[instructions]
    return plan(configuration(options), settings) { configuration, settings, workshop throws(ProviderError) in
      OpenAITextToSpeech(configuration, settings: settings, http: try workshop.http())
    }
  }

  private static func plan<Product, Settings: Sendable & Equatable>(
    _ configuration: OpenAIConfiguration, _ settings: Settings,
    _ make: @escaping @Sendable (OpenAIConfiguration, Settings, ProviderWorkshop) throws(ProviderError) -> Product
  ) -> ProviderPlan<Product> {
    ProviderPlan(
      name: OpenAIClient.provider, settings: OpenAISettings(configuration: configuration, settings: settings)
    ) { workshop, _ throws(ProviderError) in
      try make(configuration, settings, workshop)
    }
  }
}

/// Where OpenAI is, and what is asked of it in one role.
package struct OpenAISettings<Settings: Sendable & Equatable>: Sendable, Equatable {
  /// Where it is.
  package var configuration: OpenAIConfiguration
  /// What is asked of it.
  package var settings: Settings

  /// Both.
  package init(configuration: OpenAIConfiguration, settings: Settings) {
    self.configuration = configuration
    self.settings = settings
  }
}
