import NetClient
import Testing
import TestSupport

@testable import Providers
@testable import VoicePipeline

@Suite("OpenAI's voice")
struct OpenAITextToSpeechTests {
  private func voice(_ server: StandInOpenAI, timeout: Duration = .seconds(20)) -> OpenAITextToSpeech {
    OpenAITextToSpeech(
      OpenAIConfiguration(
        apiKey: "sk-test", baseURL: server.baseURL, firstOutputTimeout: timeout, stallTimeout: timeout),
      settings: .init(voice: "coral"), http: HTTPClient())
  }

  @Test("the samples are those that were sent, in several chunks, though the pieces split them")
  func samples() async throws {
    let expected = (0..<30_000).map { Int16(truncatingIfNeeded: $0 &* 7919) }
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.speak = { _ in expected }
    behaviour.speechPieceBytes = 999
    behaviour.pieceDelay = .milliseconds(1)
    let server = try await StandInOpenAI.start(behaviour)
    var samples: [Int16] = []
    var chunks = 0
    for try await chunk in voice(server).synthesize("Good morning.", language: "en-US") {
      #expect(!chunk.isEmpty)
      samples += chunk
      chunks += 1
    }
    #expect(samples == expected)
    #expect(chunks > 1)
    let request = try #require(server.server.requests.first)
    for part in [#""input":"Good morning.""#, #""voice":"coral""#, #""response_format":"pcm""#] {
      #expect(request.text.contains(part))
    }
    await server.stop()
  }

  @Test(
    "a voice that never begins, and one that stops in its middle, are found out",
    arguments: [StandInFault.neverAnswers, .stallsAfter(pieces: 0), .stallsAfter(pieces: 1)])
  func silence(fault: StandInFault) async throws {
    let server = try await StandInOpenAI.start()
    server.inject(fault, fault, fault)
    let error = await #expect(throws: ProviderError.self) {
      for try await _ in voice(server, timeout: .milliseconds(200)).synthesize("Hello.", language: "en") {}
    }
    #expect(error?.kind == .timedOut)
    await server.stop()
  }

  @Test("an answer that is not sound is not played")
  func notSound() async throws {
    let server = try await StandInOpenAI.start()
    server.inject(.status(200, body: #"{"hello":1}"#))
    let error = await #expect(throws: ProviderError.self) {
      for try await _ in voice(server).synthesize("Hello.", language: "en") {}
    }
    #expect(error?.kind == .malformedAnswer)
    await server.stop()
  }

  @Test("dropping the stream hangs up", .timeLimit(.minutes(1)))
  func abandonment() async throws {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.speak = { _ in [Int16](repeating: 1, count: 2_000_000) }
    behaviour.pieceDelay = .milliseconds(2)
    let server = try await StandInOpenAI.start(behaviour)
    for try await _ in voice(server).synthesize("Hello.", language: "en") { break }
    while server.abandonedAnswers == 0 { try await Task.sleep(for: .milliseconds(5)) }
    await server.stop()
  }

  @Test("sentence after sentence goes over one connection, the one that was warmed up")
  func reuse() async throws {
    let server = try await StandInOpenAI.start()
    let voice = voice(server)
    await voice.prewarm()
    for _ in 0..<5 {
      for try await _ in voice.synthesize("Hi.", language: "en") {}
    }
    #expect(server.server.connectionCount == 1)
    await server.stop()
  }

  @Test("nothing to say is no request")
  func blank() async throws {
    let server = try await StandInOpenAI.start()
    for try await _ in voice(server).synthesize(" \n", language: "en") { Issue.record("sound from nothing") }
    #expect(server.server.requests.isEmpty)
    await server.stop()
  }

  @Test("however the bytes are cut, the samples are the same")
  func anySplit() {
    let bytes = (0..<101).map { UInt8($0) }
    var whole = LittleEndianSamples()
    let expected = whole.feed(bytes)
    #expect(expected.count == 50 && expected[0] == 0x0100)
    for size in 1...7 {
      var decoder = LittleEndianSamples()
      var samples: [Int16] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        samples += decoder.feed(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(samples == expected)
    }
  }
}
