import Audio
import Logging
import Testing

@testable import VoicePipeline

@Suite("Failover")
struct FailoverTests {
  private struct Voice: TextToSpeech {
    var name: String
    var sampleRate: Int
    var chunks: [[Int16]]
    var failure: ProviderError?

    func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error> {
      AsyncThrowingStream { continuation in
        chunks.forEach { continuation.yield($0) }
        continuation.finish(throwing: failure)
      }
    }
  }

  private let failure = ProviderError(.unauthorized, provider: "a", message: "the key was refused")
  private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  @Test("a voice that fails before its first sound is replaced, at the same rate")
  func replaced() async throws {
    let voice = try #require(
      FailoverTextToSpeech(
        providers: [
          Voice(name: "a", sampleRate: 16_000, chunks: [], failure: failure),
          Voice(name: "b", sampleRate: 8_000, chunks: [[Int16](repeating: 1000, count: 800)], failure: nil),
        ], logger: logger))
    var count = 0
    for try await chunk in voice.synthesize("x", language: "en") { count += chunk.count }
    #expect(voice.sampleRate == 16_000)
    #expect(count == 1600)
  }

  @Test("a voice that fails in the middle is not begun again")
  func middle() async throws {
    let voice = try #require(
      FailoverTextToSpeech(
        providers: [
          Voice(name: "a", sampleRate: 8_000, chunks: [[1, 2]], failure: failure),
          Voice(name: "b", sampleRate: 8_000, chunks: [[3]], failure: nil),
        ], logger: logger))
    var samples: [Int16] = []
    await #expect(throws: failure) {
      for try await chunk in voice.synthesize("x", language: "en") { samples += chunk }
    }
    #expect(samples == [1, 2])
  }

  // MARK: Minds

  private struct Mind: LanguageModel, Dialogue {
    var name: String
    var sees: Set<DialogueAttachment.Kind> = [.image]
    var memory: DialogueMemory?
    var failure: ProviderError?

    func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue {
      var mind = self
      if self.memory != nil, let memory { mind.memory = memory }
      return mind
    }
    func hint() async -> RecognitionHint? { nil }
    func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
      AsyncThrowingStream { continuation in
        if failure == nil { continuation.yield(.text(name)) }
        continuation.finish(throwing: failure)
      }
    }
  }

  @Test("the memory is that of the mind that answered, and goes to all of them when resumed")
  func memory() async throws {
    let model = FailoverLanguageModel(
      providers: [
        Mind(name: "a", memory: DialogueMemory(text: "a's"), failure: failure),
        Mind(name: "b", memory: DialogueMemory(text: "b's")),
      ], logger: logger)
    let dialogue = model.makeDialogue()
    #expect(dialogue.memory == DialogueMemory(text: "a's"))
    for try await event in dialogue.reply(to: DialogueContext(instructions: "", language: "en", messages: [])) {
      #expect(event == .text("b"))
    }
    #expect(dialogue.memory == DialogueMemory(text: "b's"))
    #expect(model.makeDialogue(resuming: DialogueMemory(text: "c")).memory == DialogueMemory(text: "c"))
  }

  @Test("a mind without a memory does not lose that of another")
  func memoryKept() async throws {
    let model = FailoverLanguageModel(
      providers: [Mind(name: "a"), Mind(name: "b", memory: DialogueMemory(text: "b's"))], logger: logger)
    let dialogue = model.makeDialogue()
    for try await _ in dialogue.reply(to: DialogueContext(instructions: "", language: "en", messages: [])) {}
    #expect(dialogue.memory == DialogueMemory(text: "b's"))
  }

  @Test("what minds see together is what all of them see")
  func sees() {
    let model = FailoverLanguageModel(
      providers: [Mind(name: "a", sees: [.image, .document]), Mind(name: "b", sees: [.image])], logger: logger)
    #expect(model.sees == [.image])
  }

  // MARK: Recordings

  private struct Ears: SpeechToText {
    var name: String
    var takesRecordings: Set<SoundFormat>
    var failure: ProviderError?

    func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
      throw ProviderError(.missing, provider: name, message: "only takes recordings")
    }
    func transcribe(
      _ recording: Recording, _ options: TranscriptionOptions
    ) async throws(ProviderError) -> Transcription {
      if let failure { throw failure }
      return Transcription(text: name)
    }
  }

  @Test("a recording goes to the first that takes it and has no trouble")
  func recordings() async throws {
    let note = try #require(Recording(Array("#!AMR\n".utf8)))
    let options = TranscriptionOptions(language: "en")
    let ears = FailoverSpeechToText(
      providers: [
        Ears(name: "a", takesRecordings: [.wav]), Ears(name: "b", takesRecordings: [.amr], failure: failure),
        Ears(name: "c", takesRecordings: [.amr, .oggOpus]),
      ], logger: logger)
    #expect(try await ears.transcribe(note, options).text == "c")
    #expect(ears.takesRecordings == [.wav, .amr, .oggOpus])
    let deaf = FailoverSpeechToText(
      providers: [Ears(name: "a", takesRecordings: [.wav]), Ears(name: "b", takesRecordings: [])], logger: logger)
    let error = await #expect(throws: ProviderError.self) { _ = try await deaf.transcribe(note, options) }
    #expect(error?.kind == .rejected(status: 0) && error?.message.contains("amr") == true)
    let failing = FailoverSpeechToText(
      providers: [Ears(name: "b", takesRecordings: [.amr], failure: failure)], logger: logger)
    await #expect(throws: failure) { _ = try await failing.transcribe(note, options) }
  }
}
