import VoicePipeline

/// `assistants`: who answers, how, and with what.
struct AssistantConfiguration: Sendable {
  var name: String
  /// Language, greeting, instructions, turns, escalation.
  var conversation: ConversationSettings
  /// Ears, in the order in which they are tried.
  var stt: [ProviderPlan<any SpeechToText>]
  /// Mind, in the order in which they are tried.
  var llm: [ProviderPlan<any LanguageModel>]
  /// Voice, in the order in which they are tried.
  var tts: [ProviderPlan<any TextToSpeech>]
}
