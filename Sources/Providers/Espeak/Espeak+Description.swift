package import VoicePipeline

extension ProviderDescription {
  /// The voice of the program espeak-ng.
  package static let espeak = ProviderDescription(name: "espeak", isEmbedded: true, tts: EspeakOptions.tts)
}

/// What the configuration may say of espeak-ng.
private enum EspeakOptions {
  static let speed = ProviderKey<Int>.integer("words_per_minute", 80...450, standard: "165", "how fast it speaks")
  static let pitch = ProviderKey<Int>.integer("pitch", 0...99, standard: "50", "how high")
  static let spares = ProviderKey<Int>.integer(
    "spares", 0...64, standard: "2", "how many processes wait for the next sentence")
  static let voice = ProviderKey<String>.text(
    "voice", "a voice", standard: "that of the language", "a name of `espeak-ng --voices`")

  static let tts = ProviderOffer<any TextToSpeech>(
    options: [speed.option, pitch.option, spares.option, voice.option], example: "{provider: espeak}"
  ) { options in
    var settings = EspeakTextToSpeech.Settings()
    if let speed = options[speed] { settings.wordsPerMinute = speed }
    if let pitch = options[pitch] { settings.pitch = pitch }
    if let spares = options[spares] { settings.spares = spares }
    if let name = options[voice] {
      // It becomes an argument of a program: nothing that could be taken for an option.
      if let first = name.first, first.isLetter, name.allSatisfy({ $0.isASCII && !$0.isWhitespace }) {
        settings.voice = name
      } else {
        options.mistake(in: voice, "\"\(name)\" is not a voice; expected a name that `espeak-ng --voices` lists")
      }
    }
    return ProviderPlan(name: "espeak", settings: settings) { [settings] workshop, _ throws(ProviderError) in
      // All assistants that speak alike share the processes that wait.
      try workshop.shared(settings) { () throws(ProviderError) in try EspeakTextToSpeech(settings: settings) }
    }
  }
}
