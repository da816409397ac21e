/// The ears, the mind and the voice of a conversation.
public struct ConversationProviders: Sendable {
  /// Speech to text.
  public var stt: any SpeechToText
  /// What to say.
  public var llm: any LanguageModel
  /// Text to speech.
  public var tts: any TextToSpeech

  /// Three providers.
  public init(stt: any SpeechToText, llm: any LanguageModel, tts: any TextToSpeech) {
    self.stt = stt
    self.llm = llm
    self.tts = tts
  }

  /// Ends whatever is under way, and returns when nothing of it runs any more. They can't be used after.
  public func shutDown() async {
    await stt.shutDown()
    await llm.shutDown()
    await tts.shutDown()
  }
}
