import Audio
import Testing
import VoicePipeline
import VoiceTestSupport

@testable import Providers

@Suite("Recordings and the embedded recogniser", .timeLimit(.minutes(1)))
struct EmbeddedRecordingTests {
  @Test("the embedded recogniser understands a voice note")
  func embedded() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let bytes = try await TelephoneSpeech.spoken(
      "what are your opening hours", as: ["-r", "16000", "-e", "signed", "-b", "16", "-L", "-c", "1", "-"])
    let samples = stride(from: 0, to: bytes.count - 1, by: 2).map {
      Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
    let quiet = SoundFiles.silence(700)
    let note = try #require(try SoundFiles.ogg(quiet + samples + quiet + quiet + samples + quiet))
    let hint = await (try ScriptedLanguageModel(.builtInEnglish, language: "en-US")).makeDialogue().hint()
    let result = try await engine.transcribe(note, TranscriptionOptions(language: "en-US", hint: hint))
    #expect(result.text == "what are your opening hours what are your opening hours")
    #expect(result.confidence ?? 0 > 0.3)
  }
}
