import Audio
import Testing
import VoiceTestSupport

@testable import VoicePipeline

@Suite("Recordings and recognisers that only listen live", .serialized, .timeLimit(.minutes(3)))
struct LiveTranscriptionTests {
  private let options = TranscriptionOptions(
    language: "en-GB", hint: RecognitionHint(grammar: nil, phrases: ["hello"]))

  @Test("a note is cut where its speaker pauses, and its texts are put together")
  func pauses() async throws {
    let samples =
      SoundFiles.silence(1000) + SoundFiles.voice(3000) + SoundFiles.silence(1500) + SoundFiles.voice(2000)
      + SoundFiles.silence(300) + SoundFiles.voice(2000)
    for recording in [try SoundFiles.ogg(samples), SoundFiles.wav(samples)] {
      let ears = CountingEars()
      let result = try await ears.transcribe(#require(recording), options)
      #expect(result == Transcription(text: "w1 w2", confidence: 0.5))
      #expect(ears.record.utterances.count == 2)
      #expect(ears.record.options == ["en-GB 16000 hello"])
      #expect(ears.record.opened == 1 && ears.record.closed == 1)
    }
  }

  @Test("minutes without a breath are fed with never more than 500 frames waiting, and none is lost")
  func withoutBreath() async throws {
    let ears = CountingEars()
    // 550 frames: more than may wait, if they were all sent at once.
    let second = SoundFiles.voice(1000, sampleRate: 8000)
    let samples = Array([[Int16]](repeating: second, count: 110).joined())
    let recording = try #require(SoundFiles.wav(samples, sampleRate: 8000))
    let result = try await ears.transcribe(recording, options)
    let record = ears.record
    #expect(record.frames >= 545 && record.mostOutstanding > 0 && record.mostOutstanding <= 500)
    #expect(record.utterances.allSatisfy { $0 <= .seconds(31) })
    #expect(record.utterances.reduce(.zero, +) >= .seconds(109))
    #expect(result.text.hasPrefix("w1 w2 w3 w4") && result.text.hasSuffix("w\(record.utterances.count)"))
  }

  @Test("a recording of silence is empty, and nothing of it is sent")
  func silence() async throws {
    let ears = CountingEars()
    let recording = try #require(SoundFiles.wav(SoundFiles.silence(10_000)))
    #expect(try await ears.transcribe(recording, options) == Transcription(text: ""))
    #expect(ears.record.frames == 0 && ears.record.closed == 1)
  }

  @Test("a damaged note gives the words before the damage")
  func damaged() async throws {
    let samples = SoundFiles.voice(3000) + SoundFiles.silence(1000) + SoundFiles.voice(20_000)
    var recording = try #require(try SoundFiles.ogg(samples))
    recording.bytes.removeLast(recording.bytes.count / 2)
    let ears = CountingEars()
    #expect(try await ears.transcribe(recording, options).text == "w1 w2")
    #expect(ears.record.utterances.reduce(.zero, +) < .seconds(16))
  }

  @Test("a recording that can't be read is rejected, and no recogniser is taken for it")
  func unreadable() async throws {
    let ears = CountingEars()
    var opus = try #require(try SoundFiles.ogg(SoundFiles.voice(500)))
    opus.bytes.removeLast(opus.bytes.count - 40)
    let mp3 = try #require(Recording([0xFF, 0xFB, 0x90, 0x00, 0, 0, 0, 0]))
    for recording in [opus, mp3] {
      let error = await #expect(throws: ProviderError.self) { _ = try await ears.transcribe(recording, options) }
      #expect(error?.kind == .rejected(status: 0))
    }
    #expect(ears.record.opened == 0)
    #expect(Recording(Array("not a sound".utf8)) == nil && Recording([]) == nil)
  }

  @Test("a recogniser that dies is reported, and closed")
  func failure() async throws {
    let dead = ProviderError(.unreachable, provider: "counting", message: "gone")
    let ears = CountingEars(failure: dead)
    let recording = try #require(SoundFiles.wav(SoundFiles.voice(1000)))
    await #expect(throws: dead) { _ = try await ears.transcribe(recording, options) }
    #expect(ears.record.closed == 1)
  }

  @Test("a cancelled transcription closes the recognition, even while it waits for words that never come")
  func cancellation() async throws {
    let ears = CountingEars(answers: false)
    let recording = try #require(SoundFiles.wav(SoundFiles.voice(2000) + SoundFiles.silence(1000)))
    let task = Task { try await ears.transcribe(recording, options) }
    while ears.record.utterances.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let result = await task.result
    #expect(throws: ProviderError.self) { _ = try result.get() }
    #expect(ears.record.closed == 1)
  }

  @Test("a reader gives the same sound in any steps, at the rate that is wanted")
  func reader() throws {
    let samples = SoundFiles.voice(1000, sampleRate: 8000)
    let recording = try #require(SoundFiles.wav(samples, sampleRate: 8000))
    var all: [[Int16]] = []
    for step in [1, 977, 100_000] {
      var reader = try RecordingReader(recording, sampleRate: 16_000)
      var read: [Int16] = []
      while true {
        let piece = try reader.read(atMost: step)
        if piece.isEmpty { break }
        #expect(piece.count <= step)
        read += piece
      }
      all.append(read)
    }
    #expect(all[0].count == 16_000)
    #expect(all[0] == all[1] && all[1] == all[2])
    var same = try RecordingReader(recording, sampleRate: 8000)
    #expect(try same.read(atMost: 10_000) == samples)
  }
}
