/// Speaks a whole text, sentence by sentence, for those who are on a line without being in a conversation.
public struct SpokenText: Sendable {
  private let voice: any TextToSpeech
  private let language: String
  private let sampleRate: Int

  /// Speaks with `voice`, at `sampleRate`.
  public init(voice: any TextToSpeech, language: String, sampleRate: Int) {
    self.voice = voice
    self.language = language
    self.sampleRate = sampleRate
  }

  /// Hands the sound of `text` to `play`, in order, as it is made. Throws `ProviderError`, or what `play` throws.
  public func speak(_ text: String, play: ([Int16]) async throws -> Void) async throws {
    var splitter = SentenceSplitter()
    let sentences = splitter.append(text) + splitter.flush()
    for (index, sentence) in sentences.enumerated() {
      var output = try VoiceOutput(rate: voice.sampleRate, carrierRate: sampleRate, trimsLeadIn: index == 0)
      for try await chunk in voice.synthesize(sentence, language: language) {
        let samples = output.process(chunk)
        if !samples.isEmpty { try await play(samples) }
      }
      let rest = output.flush()
      if !rest.isEmpty { try await play(rest) }
    }
  }
}
