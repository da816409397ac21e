package import Logging
package import Settings
package import VoicePipeline

/// An assistant of the configuration with its providers, shared by all its calls.
package struct Assistant: Sendable {
  package let name: String
  package let settings: ConversationSettings
  package let providers: ConversationProviders

  /// All assistants of `configuration` by name, with their models and voices loaded, so that the first call waits for
  /// neither. Throws what a provider lacks (a program, a model), in words.
  @concurrent package static func all(
    in configuration: Configuration, logger: Logger
  ) async throws -> [String: Assistant] {
    let workshop = ProviderWorkshop(logger: logger)
    let assistants = try configuration.assistants.mapValues { assistant in
      let language = assistant.conversation.language
      return Assistant(
        name: assistant.name, settings: assistant.conversation,
        providers: try workshop.providers(
          stt: assistant.stt, llm: assistant.llm, tts: assistant.tts, language: language))
    }
    for assistant in assistants.values {
      try await assistant.providers.stt.prepare(language: assistant.settings.language)
      try await assistant.providers.tts.prepare(language: assistant.settings.language)
    }
    return assistants
  }
}

extension Assistant {
  /// Its voice for single texts, at `sampleRate`.
  package func voice(language: String, sampleRate: Int) -> SpokenText {
    SpokenText(voice: providers.tts, language: language, sampleRate: sampleRate)
  }
}
