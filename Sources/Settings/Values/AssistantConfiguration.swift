package import VoicePipeline

/// `assistants`: who answers, how, and with what.
package struct AssistantConfiguration: Sendable {
  package var name: String
  /// Language, greeting, instructions, turns, escalation.
  package var conversation: ConversationSettings
  /// Ears, in the order in which they are tried.
  package var stt: [ProviderPlan<any SpeechToText>]
  /// Mind, in the order in which they are tried.
  package var llm: [ProviderPlan<any LanguageModel>]
  /// Voice, in the order in which they are tried.
  package var tts: [ProviderPlan<any TextToSpeech>]
}
