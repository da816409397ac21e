import Audio
import NetClient
import Testing
import TestSupport
import VoiceTestSupport

@testable import Providers
@testable import VoicePipeline

@Suite("Recordings and recognisers that take them whole", .timeLimit(.minutes(1)))
struct PassThroughTests {
  private let options = TranscriptionOptions(
    language: "es-ES", hint: RecognitionHint(grammar: nil, phrases: ["Ana", "Luz"]))

  private func openAI(
    _ server: StandInOpenAI, model: String = "gpt-4o-mini-transcribe", upload: Duration = .seconds(30)
  ) -> OpenAISpeechToText {
    // What holds for a caller on the phone must not hold for a note.
    OpenAISpeechToText(
      OpenAIConfiguration(
        apiKey: "sk-test", baseURL: server.baseURL, firstOutputTimeout: .milliseconds(1), uploadTimeout: upload,
        stallTimeout: .seconds(20)),
      settings: .init(model: model), http: HTTPClient())
  }

  private func deepgram(
    _ server: StandInDeepgram, key: String = "dg-test", model: String = "nova-3", timeout: Duration = .seconds(30)
  ) -> DeepgramSpeechToText {
    DeepgramSpeechToText(
      DeepgramConfiguration(apiKey: key, baseURL: server.baseURL, model: model, recordingTimeout: timeout))
  }

  @Test("a voice note goes to OpenAI as it is, by a name that it knows", arguments: ["gpt-4o-transcribe", "whisper-1"])
  func openAI(model: String) async throws {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.transcribe = { _ in [" buenos", " días "] }
    behaviour.firstPieceDelay = .milliseconds(50)
    let server = try await StandInOpenAI.start(behaviour)
    let note = try #require(try SoundFiles.ogg(SoundFiles.voice(500)))
    let result = try await openAI(server, model: model).transcribe(note, options)
    #expect(result == Transcription(text: "buenos días"))
    let upload = try #require(server.uploads.first)
    #expect(upload.filename == "voice.ogg" && upload.bytes == note.bytes)
    #expect(upload.fields["language"] == "es" && upload.fields["prompt"] == "Ana, Luz")
    let form = try #require(server.server.requests.first?.text)
    #expect(form.contains("Content-Type: audio/ogg; codecs=opus"))
    await server.stop()
  }

  @Test("OpenAI's refusals and silences are told, and what it does not take is not sent")
  func openAIFailures() async throws {
    let server = try await StandInOpenAI.start()
    let note = try #require(try SoundFiles.ogg(SoundFiles.voice(500)))
    for (fault, kind) in [
      (StandInFault.unauthorized, ProviderError.Kind.unauthorized), (.status(400), .rejected(status: 400)),
      (.headThenSilence, .timedOut),
    ] {
      server.inject(fault)
      let recogniser = openAI(server, upload: kind == .timedOut ? .milliseconds(100) : .seconds(30))
      let error = await #expect(throws: ProviderError.self) { _ = try await recogniser.transcribe(note, options) }
      #expect(error?.kind == kind)
    }
    let recogniser = openAI(server)
    let amr = try #require(Recording(Array("#!AMR\n".utf8)))
    var large = note
    large.bytes += [UInt8](repeating: 0, count: 25 << 20)
    let sent = server.server.requests.count
    for (recording, kind) in [
      (amr, ProviderError.Kind.rejected(status: 0)), (large, .rejected(status: 413)),
    ] {
      let error = await #expect(throws: ProviderError.self) {
        _ = try await recogniser.transcribe(recording, options)
      }
      #expect(error?.kind == kind)
    }
    #expect(server.server.requests.count == sent)
    await server.stop()
  }

  @Test("a voice note goes to Deepgram as it is, with its type")
  func deepgram() async throws {
    var behaviour = StandInDeepgram.Behaviour()
    behaviour.transcribe = { _ in #"dijo "hola""# }
    let server = try await StandInDeepgram.start(behaviour)
    let note = try #require(try SoundFiles.ogg(SoundFiles.voice(500)))
    let result = try await deepgram(server).transcribe(note, options)
    #expect(result == Transcription(text: #"dijo "hola""#, confidence: 0.97))
    let request = try #require(server.record.recordings.first)
    #expect(request.body == note.bytes && request.header("content-type") == "audio/ogg; codecs=opus")
    for (name, values) in [
      ("model", ["nova-3"]), ("language", ["es"]), ("smart_format", ["true"]), ("punctuate", ["true"]),
      ("keyterm", ["Ana", "Luz"]), ("encoding", []),
    ] {
      #expect(request.queryValues(name) == values, "\(name)")
    }
    // A model that only listens live has a stand-in for recordings.
    _ = try await deepgram(server, model: "flux-general-en").transcribe(note, options)
    #expect(server.record.recordings.last?.queryValues("model") == ["nova-3"])
    await server.stop()
  }

  @Test("Deepgram is asked again after a hang-up, and its refusals and silences are told")
  func deepgramFailures() async throws {
    let server = try await StandInDeepgram.start()
    let note = try #require(try SoundFiles.ogg(SoundFiles.voice(500)))
    server.inject(.drops, .rateLimited(retryAfterMilliseconds: 1))
    #expect(try await deepgram(server).transcribe(note, options).text == "hello there")
    func kind(_ recogniser: DeepgramSpeechToText) async -> ProviderError.Kind? {
      await #expect(throws: ProviderError.self) { _ = try await recogniser.transcribe(note, options) }?.kind
    }
    #expect(await kind(deepgram(server, key: "dg-wrong")) == .unauthorized)
    server.inject(.status(400))
    #expect(await kind(deepgram(server)) == .rejected(status: 400))
    server.inject(.status(200, body: "{}"))
    #expect(await kind(deepgram(server)) == .malformedAnswer)
    server.inject(.neverAnswers, .neverAnswers, .neverAnswers)
    #expect(await kind(deepgram(server, timeout: .milliseconds(100))) == .timedOut)
    await server.stop()
  }

  @Test("a cancelled transcription hangs up on the provider")
  func cancellation() async throws {
    let server = try await StandInDeepgram.start()
    server.inject(.neverAnswers)
    let note = try #require(try SoundFiles.ogg(SoundFiles.voice(500)))
    let recogniser = deepgram(server)
    let task = Task { try await recogniser.transcribe(note, options) }
    while server.server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let result = await task.result
    #expect(throws: ProviderError.self) { _ = try result.get() }
    while server.server.openConnectionCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
    await server.stop()
  }
}
