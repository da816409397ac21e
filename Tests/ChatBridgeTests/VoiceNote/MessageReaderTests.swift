import struct TestSupport.SeededGenerator
import Audio
import Coordination
import Store
import Testing
import VoicePipeline

@testable import ChatBridge

@Suite("Listening to voice notes")
struct MessageReaderTests {
  /// A voice note of so many seconds.
  private static func note(seconds: Int) throws -> [UInt8] {
    var writer = try OggOpusWriter(sampleRate: 16_000)
    let second = (0..<16_000).map { Int16(truncatingIfNeeded: ($0 % 100) * 150 - 7500) }
    for _ in 0..<seconds { try writer.write(second) }
    return try writer.finish()
  }

  private func understand(
    _ media: [Result<[UInt8], ChatError>], _ ear: StandInEar, settings: ChatSettings = ChatSettings(),
    mimeType: String = "audio/ogg; codecs=opus"
  ) async throws -> (Understanding, ChatBench) {
    let bench = try ChatBench(channel: StandInChannel(media: media))
    let message = try await bench.receiveVoiceNote(mimeType: mimeType)
    return (try await bench.reader(bench.account(ear: ear, settings: settings)).read(message), bench)
  }

  private func error(_ kind: ProviderError.Kind) -> ProviderError { ProviderError(kind, provider: "x", message: "no") }

  @Test("a note is heard as it came, and what it says is stored with it")
  func whole() async throws {
    let note = try Self.note(seconds: 2)
    let ear = StandInEar([.success(" my invoice is wrong \n")])
    let (heard, bench) = try await understand([.success(note)], ear)
    #expect(heard == .words("my invoice is wrong", isVoice: true))
    #expect(ear.recordings.map(\.bytes) == [note] && ear.recordings.first?.format == .oggOpus)
    #expect(ear.options.first?.language == "en" && ear.options.first?.hint?.phrases == ["no memory"])
    let kept = try #require(try await bench.store.message(channel: "whatsapp", channelID: "wamid.1"))
    #expect(kept.text == "my invoice is wrong")
    let media = try #require(kept.media)
    #expect(try await bench.store.media(media)?.bytes == note)
    #expect(bench.channel.askedLimits == [16 << 20])
  }

  @Test("a note that was heard before is not fetched nor heard again")
  func again() async throws {
    let bench = try ChatBench(channel: StandInChannel(media: [.success(try Self.note(seconds: 1))]))
    let ear = StandInEar([.failure(error(.unauthorized)), .success("hello")])
    var message = try await bench.receiveVoiceNote()
    let reader = bench.reader(bench.account(ear: ear))
    await #expect(throws: ProviderError.self) { try await reader.read(message) }
    message = try #require(try await bench.store.message(message.id))
    #expect(try await reader.read(message) == .words("hello", isVoice: true))
    #expect(bench.channel.asked.count == 1)
    message = try #require(try await bench.store.message(message.id))
    #expect(try await reader.read(message) == .words("hello", isVoice: true))
    #expect(bench.channel.asked.count == 1 && ear.recordings.count == 2)
  }

  @Test("a note of ten minutes is heard, a longer one is not")
  func longNotes() async throws {
    let note = try Self.note(seconds: 600)
    try #require(OggOpusReader(note, sampleRate: 16_000).duration == .seconds(600))
    let (heard, _) = try await understand([.success(note)], StandInEar([.success("a long story")]))
    #expect(heard == .words("a long story", isVoice: true))
    let ear = StandInEar([.success("x")])
    let (refused, _) = try await understand(
      [.success(note)], ear, settings: ChatSettings(longestVoiceNote: .seconds(599)))
    #expect(refused == .trouble(.tooLong) && ear.recordings.isEmpty)
  }

  @Test("a truncated note is given to the recogniser, which hears what is there")
  func truncated() async throws {
    let note = try Self.note(seconds: 5)
    let ear = StandInEar([.success("half of it")])
    let (heard, _) = try await understand([.success(Array(note.prefix(note.count / 2)))], ear)
    #expect(heard == .words("half of it", isVoice: true) && ear.recordings.count == 1)
  }

  @Test("what is no recording is not given to the recogniser")
  func corrupt() async throws {
    let note = try Self.note(seconds: 1)
    let broken: [[UInt8]] = [
      [], [0], Array("<html>not found</html>".utf8), [UInt8](repeating: 0, count: 5000), Array(note.prefix(3)),
      Array(note.prefix(20)), Array(note.dropFirst()),
    ]
    for bytes in broken {
      let ear = StandInEar([.success("x")])
      let (heard, _) = try await understand([.success(bytes)], ear)
      #expect(heard == .trouble(.unreadable) && ear.recordings.isEmpty, "\(bytes.count) bytes")
    }
  }

  @Test("a note with flipped bits is heard or refused, and never traps", arguments: 1...10)
  func flipped(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var bytes = try Self.note(seconds: 2)
    for _ in 0..<Int.random(in: 1...200, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    let (heard, _) = try await understand([.success(bytes)], StandInEar([.success("x")]))
    let possible: [Understanding] = [
      .words("x", isVoice: true), .trouble(.unreadable), .trouble(.tooLong), .trouble(.cannotTake),
    ]
    #expect(possible.contains(heard), "seed \(seed)")
  }

  @Test(
    "the bytes decide what it is, not the type that was told", arguments: ["audio/mpeg", "image/png", "", "nonsense"])
  func wrongType(mimeType: String) async throws {
    let (heard, bench) = try await understand(
      [.success(try Self.note(seconds: 1))], StandInEar([.success("hello")]), mimeType: mimeType)
    #expect(heard == .words("hello", isVoice: true))
    let media = try #require(try await bench.store.message(channel: "whatsapp", channelID: "wamid.1")?.media)
    #expect(try await bench.store.media(media)?.mimeType == SoundFormat.oggOpus.mimeType)
  }

  @Test("a format that the recogniser does not take is said to be one")
  func otherFormats() async throws {
    let mp3 = Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 10] + [UInt8](repeating: 0, count: 500)
    try #require(SoundFormat.of(mp3) != nil)
    let ear = StandInEar([.success("x")])
    let (heard, _) = try await understand([.success(mp3)], ear)
    #expect(heard == .trouble(.cannotTake) && ear.recordings.isEmpty)
  }

  @Test("sixteen megabytes are taken, a byte more is not")
  func size() async throws {
    let wave = Array("RIFF".utf8) + [0xF8, 0xFF, 0xFF, 0x00] + Array("WAVEfmt ".utf8)
    let largest = wave + [UInt8](repeating: 0, count: 16 << 20 - wave.count)
    let (heard, _) = try await understand([.success(largest)], StandInEar([.success("hum")]))
    #expect(heard == .words("hum", isVoice: true))
    let (refused, bench) = try await understand([.success(largest + [0])], StandInEar([.success("x")]))
    #expect(refused == .trouble(.unreadable) && bench.channel.asked.count == 1)
  }

  @Test("a note in which no word can be made out is said to be one", arguments: ["", "  \n"])
  func nothingHeard(text: String) async throws {
    let (heard, bench) = try await understand([.success(try Self.note(seconds: 1))], StandInEar([.success(text)]))
    #expect(heard == .trouble(.notUnderstood))
    #expect(try await bench.store.message(channel: "whatsapp", channelID: "wamid.1")?.text == "")
  }

  // MARK: What fails

  @Test(
    "a recogniser that is busy or fails is asked again, further apart each time",
    arguments: [
      ProviderError.Kind.overloaded, .rateLimited(retryAfter: nil), .timedOut, .unreachable, .failed(status: 500),
    ])
  func busy(kind: ProviderError.Kind) async throws {
    let failure = Result<String, ProviderError>.failure(error(kind))
    let ear = StandInEar([failure, failure, failure, .success("at last")])
    let (heard, bench) = try await understand([.success(try Self.note(seconds: 1))], ear)
    #expect(heard == .words("at last", isVoice: true) && bench.channel.asked.count == 1)
    #expect(bench.clock.slept == [.seconds(1), .seconds(4), .seconds(16)])
  }

  @Test("after four attempts the failure is the conversation's")
  func busyForGood() async throws {
    let ear = StandInEar([.failure(error(.overloaded))])
    await #expect(throws: error(.overloaded)) {
      try await understand([.success(try Self.note(seconds: 1))], ear)
    }
    #expect(ear.recordings.count == 4)
  }

  @Test("a refused key is no matter of trying again", arguments: [ProviderError.Kind.unauthorized, .missing])
  func unauthorised(kind: ProviderError.Kind) async throws {
    let ear = StandInEar([.failure(error(kind))])
    await #expect(throws: error(kind)) { try await understand([.success(try Self.note(seconds: 1))], ear) }
    #expect(ear.recordings.count == 1)
  }

  @Test(
    "a note that the recogniser refuses is unreadable",
    arguments: [ProviderError.Kind.rejected(status: 400), .malformedAnswer])
  func rejected(kind: ProviderError.Kind) async throws {
    let ear = StandInEar([.failure(error(kind))])
    let (heard, _) = try await understand([.success(try Self.note(seconds: 1))], ear)
    #expect(heard == .trouble(.unreadable) && ear.recordings.count == 1)
  }

  @Test("media is asked for again after a hitch, and given up when it is gone")
  func fetching() async throws {
    let note = try Self.note(seconds: 1)
    let hitch = Result<[UInt8], ChatError>.failure(ChatError(.transient, message: "no"))
    let (heard, bench) = try await understand([hitch, hitch, .success(note)], StandInEar([.success("hello")]))
    #expect(heard == .words("hello", isVoice: true) && bench.channel.asked.count == 3)
    let (never, tired) = try await understand([hitch], StandInEar([.success("x")]))
    #expect(never == .trouble(.unreadable) && tired.channel.asked.count == 4)
    for kind: ChatError.Kind in [.notFound, .tooLarge, .rejected, .accountRefused] {
      let (gone, once) = try await understand(
        [.failure(ChatError(kind, message: "no"))], StandInEar([.success("x")]))
      #expect(gone == .trouble(.unreadable) && once.channel.asked.count == 1)
    }
  }

  // MARK: Bounds

  @Test("no more recordings are in memory at once than there are slots", arguments: [1, 3])
  func bounded(count: Int) async throws {
    let bench = try ChatBench(channel: StandInChannel(media: [.success(try Self.note(seconds: 1))]))
    let ear = StandInEar([.success("hello")]) {
      for _ in 0..<20 { await Task.yield() }
    }
    let reader = bench.reader(bench.account(ear: ear), slots: Slots(count))
    var messages: [MessageRecord] = []
    for _ in 0..<24 { messages.append(try await bench.receiveVoiceNote()) }
    try await withThrowingTaskGroup(of: Understanding.self) { group in
      for message in messages { group.addTask { try await reader.read(message) } }
      for try await heard in group { #expect(heard == .words("hello", isVoice: true)) }
    }
    #expect(ear.mostInside <= count && ear.recordings.count == 24)
  }

  @Test("who is cancelled while hearing gives the slot back")
  func cancelled() async throws {
    let bench = try ChatBench(channel: StandInChannel(media: [.success(try Self.note(seconds: 1))]))
    let (started, sink) = AsyncStream<Void>.makeStream()
    let ear = StandInEar([.success("hello")]) {
      sink.finish()
      while true {
        try Task.checkCancellation()
        await Task.yield()
      }
    }
    let slots = Slots(1)
    let message = try await bench.receiveVoiceNote()
    let reader = bench.reader(bench.account(ear: ear), slots: slots)
    let task = Task { try await reader.read(message) }
    for await _ in started {}
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(try await slots.withSlot { true })
    // It did not pass for understood.
    #expect(try await bench.store.message(message.id)?.text == "")
  }
}
