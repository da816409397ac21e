import Logging
import Testing
import VoicePipeline

@testable import Assist

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
}
