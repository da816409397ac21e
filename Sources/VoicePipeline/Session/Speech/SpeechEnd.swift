/// How the making of a speech ended.
enum SpeechEnd: Sendable, Equatable {
  /// All of it is with the carrier; what follows it.
  case finished(AfterSpeech)
  /// The words did not come.
  case mindFailed(ProviderError)
  /// The sound did not come.
  case voiceFailed(ProviderError)

  /// Who failed, and how.
  var failure: (role: ProviderRole, error: ProviderError)? {
    switch self {
    case .finished: nil
    case .mindFailed(let error): (.llm, error)
    case .voiceFailed(let error): (.tts, error)
    }
  }
}
