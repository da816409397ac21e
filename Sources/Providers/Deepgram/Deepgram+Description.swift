package import VoicePipeline

extension ProviderDescription {
  /// Deepgram, which listens live.
  package static let deepgram = ProviderDescription(name: DeepgramSpeechToText.provider, stt: DeepgramOptions.stt)
}

/// What the configuration may say of Deepgram.
private enum DeepgramOptions {
  static let service = ServiceOptions(
    schemes: ["wss", "ws", "https", "http"], url: "wss://api.deepgram.com/v1", timeout: "3s",
    "the longest wait for the connection")
  static let model = ProviderKey<String>.text("model", "the name of a model", standard: "nova-3", "which model")

  static let stt = ProviderOffer<any SpeechToText>(
    options: [model.option] + service.all, example: "{provider: deepgram, …}"
  ) { options in
    var settings = DeepgramConfiguration(apiKey: service.key(of: DeepgramSpeechToText.provider, in: options))
    if let url = service.address(in: options) { settings.baseURL = withVersion(url) }
    if let model = options[model] { settings.model = model }
    if let timeout = options[service.timeout] { settings.connectTimeout = timeout }
    return ProviderPlan(name: DeepgramSpeechToText.provider, settings: settings) {
      [settings] workshop, _ throws(ProviderError) in
      DeepgramSpeechToText(settings, http: try workshop.http())
    }
  }

  /// The address with the version that all its paths begin with.
  private static func withVersion(_ url: String) -> String {
    let host = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    return host.contains("/") ? url : url + "/v1"
  }
}
