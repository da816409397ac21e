package import VoicePipeline

extension ProviderCatalogue {
  /// Every vendor and engine of this program.
  package static let all = ProviderCatalogue(
    [
      .pocketSphinx,
      .scripted,
      .espeak,
      .openAI,
      .deepgram,
    ],
    reserved: [.stt: ["google"], .tts: ["google", "polly", "deepgram", "elevenlabs"]])
}
