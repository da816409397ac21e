package import VoicePipeline

extension ProviderDescription {
  /// The embedded recogniser.
  package static let pocketSphinx = ProviderDescription(
    name: "pocketsphinx", isEmbedded: true, stt: PocketSphinxOptions.stt)
}

/// What the configuration may say of PocketSphinx.
private enum PocketSphinxOptions {
  static let maximum = ProviderKey<Int>.integer(
    "maximum_recognitions", 1...1000, standard: "four a core", "how many recognitions are open at once")
  static let model = ProviderKey<String>.path(
    "model_directory", standard: "Debian's", "where `en-us`, `cmudict-en-us.dict` and `en-us.lm.bin` are")

  static let stt = ProviderOffer<any SpeechToText>(
    options: [maximum.option, model.option], example: "{provider: pocketsphinx}",
    refusal: { Language.isEnglish($0) ? nil : "knows English alone" }
  ) { options in
    let settings = PocketSphinxSpeechToText.Settings(
      maximumRecognitions: options[maximum], modelDirectory: options[model])
    return ProviderPlan(name: "pocketsphinx", settings: settings) { workshop, _ throws(ProviderError) in
      // All assistants that listen alike share its decoders.
      try workshop.shared(settings) { () throws(ProviderError) in try PocketSphinxSpeechToText(settings: settings) }
    }
  }
}
