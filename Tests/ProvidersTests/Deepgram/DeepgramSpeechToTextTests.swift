import Audio
import NetClient
import Testing
import TestSupport

@testable import Providers
@testable import VoicePipeline

@Suite("Deepgram's recogniser")
struct DeepgramSpeechToTextTests {
  private func configuration(_ server: StandInDeepgram, key: String = "dg-test") -> DeepgramConfiguration {
    DeepgramConfiguration(apiKey: key, baseURL: server.baseURL, finalizeTimeout: .seconds(20))
  }

  private func speak(_ recognition: any SpeechRecognition, frames: Int) {
    for _ in 0..<frames {
      recognition.send(
        AudioFrame(samples: [Int16](repeating: 500, count: 160), sampleRate: 8000, arrival: .now, isSpeech: true))
    }
  }

  @Test("a turn: partials, the end as the provider hears it, one final for each finish", .timeLimit(.minutes(1)))
  func turns() async throws {
    typealias Result = StandInDeepgram.Result
    var behaviour = StandInDeepgram.Behaviour()
    behaviour.results = [
      (200, Result("book", duration: 0.2)),
      (400, Result("book a", isFinal: true, duration: 0.4)),
    ]
    behaviour.transcripts = ["room", "thank you"]
    behaviour.sendsDuplicates = true
    let server = try await StandInDeepgram.start(behaviour)
    let recognition = try await DeepgramSpeechToText(configuration(server)).open(
      RecognitionOptions(
        language: "es-ES", sampleRate: 8000, hint: RecognitionHint(grammar: nil, phrases: ["sí, señor"])))
    var events = recognition.events.makeAsyncIterator()
    speak(recognition, frames: 50)
    #expect(await events.next() == .partial("book"))
    #expect(await events.next() == .partial("book a"))
    recognition.finishUtterance()
    #expect(await events.next() == .final("book a room", confidence: 0.98))
    speak(recognition, frames: 50)
    recognition.finishUtterance()
    #expect(await events.next() == .final("thank you", confidence: 0.98))
    recognition.close()
    #expect(await events.next() == nil)

    let request = try #require(server.server.requests.first)
    #expect(request.header("authorization") == "Token dg-test")
    let expected = [
      "model": "nova-3", "encoding": "linear16", "sample_rate": "8000", "channels": "1", "language": "es",
      "interim_results": "true", "endpointing": "300", "utterance_end_ms": "1000", "keyterm": "sí, señor",
    ]
    for (name, value) in expected { #expect(request.queryValues(name) == [value], "\(name)") }
    while !server.record.controls.contains(#"{"type":"CloseStream"}"#) { try await Task.sleep(for: .milliseconds(5)) }
    #expect(server.record.audioBytes == 100 * 320)
    #expect(server.record.emptyMessages == 0)
    await server.stop()
  }

  @Test("a refused key shows when the recognition is opened, with what to do and without the key")
  func unauthorized() async throws {
    let server = try await StandInDeepgram.start()
    let recogniser = DeepgramSpeechToText(configuration(server, key: "dg-wrong"))
    let error = await #expect(throws: ProviderError.self) {
      _ = try await recogniser.open(RecognitionOptions(language: "en-US", sampleRate: 8000))
    }
    #expect(error?.kind == .unauthorized)
    #expect(error?.message.contains("check api_key") == true && error?.message.contains("dg-wrong") == false)
    await server.stop()
  }

  @Test("a line that breaks in the middle of a call is replaced, past refusals, and the words go on")
  func reconnect() async throws {
    var behaviour = StandInDeepgram.Behaviour()
    behaviour.results = [(200, .init("one", isFinal: true, duration: 0.2))]
    behaviour.transcripts = ["two"]
    behaviour.dropsAfterMilliseconds = 400
    let server = try await StandInDeepgram.start(behaviour)
    let recognition = try await DeepgramSpeechToText(configuration(server)).open(
      RecognitionOptions(language: "en-US", sampleRate: 8000))
    var events = recognition.events.makeAsyncIterator()
    speak(recognition, frames: 15)
    #expect(await events.next() == .partial("one"))
    server.change { $0.refusals = 1 }
    speak(recognition, frames: 15)
    recognition.finishUtterance()
    #expect(await events.next() == .final("one two", confidence: 0.98))
    #expect(server.record.sessions == 2)
    recognition.close()
    await server.stop()
  }

  @Test("when the provider is gone for good, the recognition says so and ends")
  func gone() async throws {
    let server = try await StandInDeepgram.start()
    let recognition = try await DeepgramSpeechToText(configuration(server)).open(
      RecognitionOptions(language: "en-US", sampleRate: 8000))
    server.change { $0.key = "another" }
    server.server.dropConnections()
    var events: [RecognitionEvent] = []
    for await event in recognition.events { events.append(event) }
    guard case .failed(let error)? = events.last, events.count == 1 else {
      Issue.record("got \(events)")
      return
    }
    #expect(error.kind == .unauthorized)
    await server.stop()
  }

  @Test("a recognition that is let go of hangs up", .timeLimit(.minutes(1)))
  func abandonment() async throws {
    let server = try await StandInDeepgram.start()
    do {
      let recognition = try await DeepgramSpeechToText(configuration(server)).open(
        RecognitionOptions(language: "en-US", sampleRate: 8000))
      speak(recognition, frames: 1)
    }
    while server.server.openConnectionCount > 0 || server.record.controls.isEmpty {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(server.record.controls == [#"{"type":"CloseStream"}"#])
    await server.stop()
  }

  @Test("regions that the provider does not know are left out of the language")
  func languages() {
    #expect(DeepgramConfiguration.language(for: "es-ES") == "es")
    #expect(DeepgramConfiguration.language(for: "en-GB") == "en-GB")
    #expect(DeepgramConfiguration.language(for: "de") == "de")
  }
}
