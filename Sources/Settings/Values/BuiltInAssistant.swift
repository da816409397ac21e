import Providers
import VoicePipeline

extension AssistantConfiguration {
  /// The assistant of a server without a configuration: the front desk of a small bank, in English.
  package static let builtIn = AssistantConfiguration(
    name: "front-desk",
    conversation: ConversationSettings(
      language: "en-US",
      phrases: AssistantPhrases(
        language: "en-US", greeting: "Hello, this is the front desk. How can I help you?")),
    stt: ProviderCatalogue.all.embeddedPlans(\.stt, language: "en-US"),
    llm: ProviderCatalogue.all.embeddedPlans(\.llm, language: "en-US"),
    tts: ProviderCatalogue.all.embeddedPlans(\.tts, language: "en-US"))
}
