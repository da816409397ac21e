import Audio
import Foundation
import Testing
import TestSupport

extension EndToEnd {
  @Suite("voice notes", .serialized) struct VoiceNotes {
    static let ana = "15557770000"
    private static let question = "what are your opening hours"

    @Test("a voice note is answered by one that WhatsApp plays as such; words and sound of both are kept")
    func inKind() async throws {
      try await ChatServer.run { chat in
        let note = try await Sounds.voiceNote(Self.question, scratch: chat.scratch)
        chat.cloud.customerSends(.voice(note), from: Self.ana, name: "Ana")
        let answer = try await chat.answer(to: Self.ana, within: .seconds(30))
        #expect(answer.type == "audio")
        #expect(answer.isVoice)
        #expect(answer.hasPlayButton)
        let sound = try #require(answer.mediaID.flatMap { chat.cloud.medium($0) }).bytes
        #expect(sound.count <= 512 << 10)
        // The opening hours take some twenty seconds to say.
        #expect(try Sounds.audibleSeconds(inOgg: sound) > 10)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
        let messages = try await chat.messages(of: Self.ana)
        #expect(messages.map { $0["kind"]?.string } == ["audio", "audio"])
        #expect(messages.last?["text"]?.string == Self.question)
        #expect(messages.first?["text"]?.string?.contains("Monday") == true)
        for (message, bytes) in zip(messages, [sound, note]) {
          let id = try #require(message["media"]?.string)
          let kept = try await chat.server.api("GET", "/v1/media/\(id)")
          #expect(kept.status == 200)
          #expect(kept.body == bytes)
          #expect(kept.headers["content-type"]?.hasPrefix("audio/ogg") == true)
          #expect(kept.headers["x-content-type-options"] == "nosniff")
          #expect(try await chat.server.api("GET", "/v1/media/\(id)", key: nil).status == 401)
        }
      }
    }

    @Test("whatever comes as a voice note gets exactly one clear answer, and the server lives")
    func trouble() async throws {
      let setup = ChatServer.Setup(number: "burst: 50ms, longest_voice_note: 20s")
      try await ChatServer.run(setup) { chat in
        let note = try await Sounds.voiceNote(Self.question, scratch: chat.scratch)
        let stereo = try await Sounds.stereoNote(Self.question, scratch: chat.scratch)
        let long = try Sounds.encoded([Int16](repeating: 0, count: 16_000 * 40))
        var corrupt = note
        for index in stride(from: corrupt.count / 3, to: corrupt.count, by: 97) { corrupt[index] ^= 0x55 }
        // The two pages of the head, then anything.
        let head = Array(note.prefix(try #require(Sounds.pageStart(2, in: note))))
        var random = SystemRandomNumberGenerator()
        let noise =
          head
          + (0..<(((16 << 20) - head.count) / 8)).flatMap { _ in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
          }
        let amr = Array("#!AMR\n".utf8) + [UInt8](repeating: 4, count: 2000)
        let answered = "Monday"
        let unreadable = "couldn't open"
        let notes: [(String, CloudInbound, words: [String])] = [
          ("good", .voice(note), [answered]),
          ("of another type", .audio(note, mimeType: "audio/mpeg"), [answered]),
          ("stereo", .voice(stereo), [answered]),
          ("cut in half", .voice(Array(note.prefix(note.count / 2))), [answered, "make out", "did not understand"]),
          ("corrupt", .voice(corrupt), [answered, "make out", "did not understand", unreadable]),
          ("empty", .voice([]), [unreadable]),
          ("a picture", .voice([0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 5000)), [unreadable]),
          ("a head alone", .voice(head), [unreadable, "make out"]),
          ("16 MB of noise", .voice(noise), [unreadable, "make out"]),
          ("more than 16 MB", .voice(noise + head), [unreadable]),
          ("too long", .voice(long), ["too long"]),
          ("silence", .voice(try Sounds.encoded([Int16](repeating: 0, count: 32_000))), ["make out"]),
          ("another sort of sound", .audio(amr, mimeType: "audio/amr"), [unreadable, "only take"]),
        ]
        for (index, entry) in notes.enumerated() {
          chat.cloud.customerSends(entry.1, from: "1555777\(1000 + index)")
        }
        try await chat.cloud.waitForAcknowledged(count: notes.count)
        try await chat.settle(within: .seconds(90))
        for (index, (name, _, words)) in notes.enumerated() {
          let customer = "1555777\(1000 + index)"
          let answers = chat.cloud.accepted(to: customer)
          #expect(answers.count == 1, "\(name): \(answers.map { $0.text ?? $0.type })")
          let said = try await chat.messages(of: customer).first?["text"]?.string ?? ""
          #expect(words.contains { said.contains($0) }, "\(name): \(said)")
        }
        #expect(chat.cloud.refusals.isEmpty, "\(chat.cloud.refusals)")
      }
    }

    @Test("a note of nearly ten minutes goes to the recogniser as it is")
    func tenMinutes() async throws {
      let provider = try await StandInOpenAI.start(.repeating)
      let setup = ChatServer.Setup(assistants: Assistants.openAI(url: provider.baseURL))
      try await ChatServer.run(setup) { chat in
        let note = try Sounds.encoded([Int16](repeating: 0, count: 16_000 * 590))
        chat.cloud.customerSends(.voice(note), from: Self.ana)
        let answer = try await chat.answer(to: Self.ana, within: .seconds(30))
        #expect(answer.isVoice)
        #expect(provider.uploads.map(\.bytes) == [note])
        #expect(try await chat.messages(of: Self.ana).first?["text"]?.string == "You said: hello there")
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
      }
      await provider.stop()
    }

    @Test("a recogniser or a voice that fails: the customer is told, or is answered in writing")
    func failingProviders() async throws {
      let provider = try await StandInOpenAI.start(.repeating)
      let setup = ChatServer.Setup(assistants: Assistants.openAI(url: provider.baseURL))
      try await ChatServer.run(setup) { chat in
        let note = try Sounds.encoded(Sounds.tone(hertz: 440, seconds: 1, rate: 16_000))
        // The transcription works, the language model works, and of the voice nothing comes.
        provider.change { $0.speak = { _ in [] } }
        chat.cloud.customerSends(.voice(note), from: Self.ana)
        let written = try await chat.answer(to: Self.ana)
        #expect(written.type == "text")
        #expect(written.text == "You said: hello there")
        provider.change { $0.key = "sk-other" }
        chat.cloud.customerSends(.voice(note), from: "15557770001")
        let told = try await chat.answer(to: "15557770001")
        #expect(told.text?.contains("went wrong") == true)
        let waiting = try await chat.server.api("GET", "/v1/escalations?state=waiting").json["data"]?.array ?? []
        #expect(waiting.count == 1)
        #expect(!chat.server.log.contains("sk-test"))
      }
      await provider.stop()
    }

    @Test("media that can't be fetched at first is fetched later; what is gone is told")
    func fetching() async throws {
      try await ChatServer.run { chat in
        let note = try await Sounds.voiceNote(Self.question, scratch: chat.scratch)
        chat.cloud.inject(.status(503), on: .mediaInfo)
        chat.cloud.inject(.losesResponse, on: .download)
        chat.cloud.customerSends(.voice(note), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana, within: .seconds(30)).isVoice)
        chat.cloud.inject(.error(131052), on: .mediaInfo)
        chat.cloud.inject(.error(131052), on: .mediaInfo)
        chat.cloud.customerSends(.voice(note), from: "15557770001")
        #expect(try await chat.answer(to: "15557770001").text?.contains("couldn't open") == true)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 2)
      }
    }
  }
}
