import Providers
import VoicePipeline

extension AssistantConfiguration {
  /// The assistant of a server without a configuration: the front desk of a small bank, in English.
  static let builtIn = AssistantConfiguration(
    name: "front-desk",
    conversation: ConversationSettings(
      language: "en-US",
      phrases: AssistantPhrases(
        language: "en-US", greeting: "Hello, this is the front desk. How can I help you?")),
    stt: [.pocketsphinx(PocketSphinxSpeechToText.Settings())],
    llm: [.scripted(.builtInEnglish)],
    tts: [.espeak(EspeakTextToSpeech.Settings())])
}
