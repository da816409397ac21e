import Audio
import NetClient
import Testing
import TestSupport

@testable import Providers
@testable import VoicePipeline

@Suite("OpenAI's recogniser")
struct OpenAISpeechToTextTests {
  private func recogniser(
    _ server: StandInOpenAI, model: String = "gpt-4o-mini-transcribe", timeout: Duration = .seconds(20)
  ) -> OpenAISpeechToText {
    OpenAISpeechToText(
      OpenAIConfiguration(
        apiKey: "sk-test", baseURL: server.baseURL, firstOutputTimeout: timeout, stallTimeout: timeout),
      settings: .init(model: model), http: HTTPClient())
  }

  private func frames(_ count: Int, isSpeech: Bool) -> [AudioFrame] {
    (0..<count).map { _ in
      AudioFrame(
        samples: [Int16](repeating: isSpeech ? 1000 : 1, count: 160), sampleRate: 8000, arrival: .now,
        isSpeech: isSpeech)
    }
  }

  @Test("an utterance goes up as WAV and its words stream back, one final for each")
  func utterances() async throws {
    let server = try await StandInOpenAI.start()
    let recognition = try await recogniser(server).open(
      RecognitionOptions(
        language: "es-ES", sampleRate: 8000, hint: RecognitionHint(grammar: nil, phrases: ["Ana", "Luz"])))
    var events = recognition.events.makeAsyncIterator()
    for _ in 0..<2 {
      for frame in frames(50, isSpeech: false) + frames(50, isSpeech: true) + frames(30, isSpeech: false) {
        recognition.send(frame)
      }
      recognition.finishUtterance()
      #expect(await events.next() == .partial("hello"))
      #expect(await events.next() == .partial("hello there"))
      #expect(await events.next() == .final("hello there", confidence: nil))
    }
    let upload = try #require(server.uploads.first)
    #expect(upload.filename == "utterance.wav" && upload.sampleRate == 8000)
    #expect(upload.fields["model"] == "gpt-4o-mini-transcribe" && upload.fields["language"] == "es")
    #expect(upload.fields["stream"] == "true" && upload.fields["prompt"] == "Ana, Luz")
    // 300 ms before, 1 s of speech, 300 ms after.
    #expect(upload.samples.count == 12800)
    #expect(upload.samples[2399] == 1 && upload.samples[2400] == 1000 && upload.samples[10400] == 1)
    recognition.close()
    #expect(await events.next() == nil)
    await server.stop()
  }

  @Test("silence costs no request and gives an empty final")
  func silence() async throws {
    let server = try await StandInOpenAI.start()
    let recognition = try await recogniser(server).open(RecognitionOptions(language: "en", sampleRate: 8000))
    var events = recognition.events.makeAsyncIterator()
    for frame in frames(100, isSpeech: false) { recognition.send(frame) }
    recognition.finishUtterance()
    recognition.finishUtterance()
    #expect(await events.next() == .final("", confidence: nil))
    #expect(await events.next() == .final("", confidence: nil))
    #expect(server.uploads.isEmpty)
    recognition.close()
    await server.stop()
  }

  @Test("whisper-1 answers whole")
  func whisper() async throws {
    let server = try await StandInOpenAI.start()
    let recognition = try await recogniser(server, model: "whisper-1").open(
      RecognitionOptions(language: "en", sampleRate: 8000))
    var events = recognition.events.makeAsyncIterator()
    for frame in frames(10, isSpeech: true) { recognition.send(frame) }
    recognition.finishUtterance()
    #expect(await events.next() == .final("hello there", confidence: nil))
    #expect(server.uploads.first?.fields["stream"] == nil)
    recognition.close()
    await server.stop()
  }

  @Test("a failure is reported and ends the recognition")
  func failure() async throws {
    let cases: [(StandInFault, ProviderError.Kind)] = [
      (.unauthorized, .unauthorized), (.neverAnswers, .timedOut), (.stallsAfter(pieces: 1), .timedOut),
      (.errorInStream(after: 1), .failed(status: nil)), (.dropsAfter(pieces: 1), .unreachable),
    ]
    for (fault, kind) in cases {
      let server = try await StandInOpenAI.start()
      let slow = kind == .timedOut
      let recognition = try await recogniser(server, timeout: slow ? .milliseconds(300) : .seconds(20)).open(
        RecognitionOptions(language: "en", sampleRate: 8000))
      server.inject(fault)
      if slow { server.inject(fault, fault) }
      for frame in frames(10, isSpeech: true) { recognition.send(frame) }
      recognition.finishUtterance()
      var last: RecognitionEvent?
      for await event in recognition.events { last = event }
      guard case .failed(let error)? = last else {
        Issue.record("\(fault) was not reported but \(String(describing: last))")
        continue
      }
      #expect(error.kind == kind, "\(fault)")
      await server.stop()
    }
  }

  @Test("of an utterance the speech is kept with its margins, long pauses shortened, the rest let go")
  func buffer() {
    var buffer = UtteranceBuffer(sampleRate: 8000)
    #expect(buffer.take() == [])
    for frame in frames(20, isSpeech: true) + frames(500, isSpeech: false) + frames(20, isSpeech: true) {
      buffer.append(frame)
    }
    #expect(buffer.take().count == 3200 + 8000 + 3200)
    for frame in frames(500, isSpeech: false) { buffer.append(frame) }
    #expect(buffer.take() == [])
    for frame in frames(4000, isSpeech: true) { buffer.append(frame) }
    #expect(buffer.take().count == 480_000)
    #expect(buffer.droppedSamples == 4000 * 160 + 2400 - 480_000)
    buffer.append(AudioFrame(samples: [1], sampleRate: 16000, arrival: .now, isSpeech: true))
    #expect(buffer.take() == [])
  }
}
