/// What a provider is for.
public enum ProviderRole: String, Sendable, Equatable {
  /// Speech to text.
  case stt
  /// What to say.
  case llm
  /// Text to speech.
  case tts
}
