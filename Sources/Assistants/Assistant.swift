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
  @concurrent package static func all(in configuration: Configuration, logger: Logger) async throws -> [String:
    Assistant]
  {
    let factory = ProviderFactory(logger: logger)
    let assistants = try configuration.assistants.mapValues { assistant in
      Assistant(
        name: assistant.name, settings: assistant.conversation, providers: try factory.providers(for: assistant))
    }
    try await factory.prewarm(configuration)
    return assistants
  }
}
