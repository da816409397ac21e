import Logging
import VoicePipeline

/// An assistant of the configuration with its providers, shared by all its calls.
struct Assistant: Sendable {
  let settings: ConversationSettings
  let providers: ConversationProviders

  /// All assistants of `configuration` by name. Throws what a provider lacks (a program, a model), in words.
  static func all(in configuration: Configuration, logger: Logger) throws -> [String: Assistant] {
    let factory = ProviderFactory(logger: logger)
    return try configuration.assistants.mapValues { assistant in
      Assistant(settings: assistant.conversation, providers: try factory.providers(for: assistant))
    }
  }

  /// Gets the voice ready before the first call.
  func prewarm() async { await providers.tts.prewarm() }
}
