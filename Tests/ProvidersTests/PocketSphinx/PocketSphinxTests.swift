import Audio
import Glibc
import Testing

@testable import Providers
@testable import VoicePipeline

@Suite("PocketSphinx")
struct PocketSphinxTests {
  static let grammar = """
    #JSGF V1.0;
    grammar restaurant;
    public <top> = [<greeting>] <request> [please];
    <greeting> = hello | hi | good morning;
    <request> = what are your opening hours | when do you open | what time do you close | where are you
      | how much does it cost | i would like to book a table | [a table] for <number>
      | [tomorrow | today | tonight] at <number> [o'clock] | yes | no [thank you]
      | i want to talk to (a person | somebody) | can i speak to (a person | somebody)
      | goodbye | cancel my reservation | operator;
    <number> = one | two | three | four | five | six | seven | eight | nine | ten;
    """

  static let inside = [
    "what are your opening hours", "when do you open", "where are you", "i would like to book a table",
    "tomorrow at eight", "yes please", "no thank you", "yes", "no", "i want to talk to a person", "goodbye",
    "what time do you close", "cancel my reservation", "operator", "can i speak to somebody", "how much does it cost",
    "a table for four please", "at seven o'clock",
  ]
  static let outside = [
    "the quick brown fox jumps over the lazy dog", "my grandmother bought seven green umbrellas yesterday",
    "computers are often slower than we think", "please send the invoice to accounting",
    "it rained all week in the mountains", "purple elephants", "let me think about that for a moment",
    "the president said the economy is growing", "i lost my suitcase at the airport",
    "one moment my phone is ringing",
  ]

  private func open(
    _ engine: PocketSphinxSpeechToText, grammar: String? = PocketSphinxTests.grammar
  ) async throws -> any SpeechRecognition {
    try await engine.open(
      RecognitionOptions(
        language: "en-US", sampleRate: 8000, hint: RecognitionHint(grammar: grammar, phrases: [])))
  }

  @Test("sentences of the grammar are understood over the telephone, and others are not taken for them")
  func accuracy() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine)
    defer { recognition.close() }
    let voices = ["slt", "rms", "awb", "kal16"]
    var right = 0
    var wrong: [String] = []
    var accepted: [String] = []
    for voice in voices {
      for sentence in Self.inside {
        let (_, text, _) = await recognition.recognize(try await TelephoneSpeech.frames(sentence, voice: voice))
        if text == sentence { right += 1 } else if let text, !text.isEmpty { wrong.append("\(sentence): \(text)") }
      }
      for sentence in Self.outside {
        let (_, text, _) = await recognition.recognize(try await TelephoneSpeech.frames(sentence, voice: voice))
        if text != "" { accepted.append("\(sentence): \(text ?? "failed")") }
      }
    }
    #expect(right >= 66, "of \(voices.count * Self.inside.count)")
    #expect(wrong.count <= 3, "\(wrong)")
    #expect(accepted.count <= 4, "\(accepted) of \(voices.count * Self.outside.count)")
  }

  @Test("partial results come before the end and grow into the whole")
  func partials() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine)
    defer { recognition.close() }
    let (partials, text, confidence) = await recognition.recognize(
      try await TelephoneSpeech.frames("what are your opening hours"))
    #expect(text == "what are your opening hours")
    #expect(!partials.isEmpty)
    #expect(partials.contains { "what are your opening hours".hasPrefix($0) })
    #expect(confidence ?? 0 > 0.4)
  }

  @Test("noise and a tone are not words", arguments: ["noise", "tone", "click"])
  func noise(kind: String) async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine)
    defer { recognition.close() }
    var state: UInt32 = 12345
    let samples: [Int16] = (0..<(kind == "click" ? 400 : 12_000)).map { index in
      state = state &* 1_664_525 &+ 1_013_904_223
      if kind == "tone" { return index % 18 < 9 ? 6000 : -6000 }
      return Int16(truncatingIfNeeded: Int32(bitPattern: state) >> 18)
    }
    let (partials, text, _) = await recognition.recognize(TelephoneSpeech.frames(of: samples))
    #expect(text == "")
    #expect(partials.isEmpty)
  }

  @Test("an utterance without speech has one empty final, and so has each further one")
  func silence() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine)
    let quiet = TelephoneSpeech.frames(of: [Int16](repeating: 0, count: 8000))
    for frame in quiet { recognition.send(frame) }
    recognition.finishUtterance()
    recognition.finishUtterance()
    recognition.close()
    var events: [RecognitionEvent] = []
    for await event in recognition.events { events.append(event) }
    #expect(events == [.final("", confidence: nil), .final("", confidence: nil)])
  }

  @Test("two recognitions run side by side without mixing")
  func parallel() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 2))
    let first = try await open(engine)
    let second = try await open(engine)
    let hours = try await TelephoneSpeech.frames("what are your opening hours")
    let table = try await TelephoneSpeech.frames("i would like to book a table")
    async let left = first.recognize(hours)
    async let right = second.recognize(table)
    let texts = await (left.text, right.text)
    #expect(texts.0 == "what are your opening hours")
    #expect(texts.1 == "i would like to book a table")
    first.close()
    second.close()
  }

  @Test("when all decoders are taken the next is refused, and one that is closed can be had again")
  func exhaustion() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let first = try await open(engine)
    let error = await #expect(throws: ProviderError.self) { _ = try await open(engine) }
    #expect(error?.kind == .overloaded)
    #expect(error?.message == "all 1 recognitions are taken; raise `maximum_recognitions`")
    first.close()
    first.close()
    let second = try await open(engine)
    let (_, text, _) = await second.recognize(try await TelephoneSpeech.frames("operator"))
    #expect(text == "operator")
    second.close()
  }

  @Test("a new hint counts from the next utterance on")
  func changedHint() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine)
    defer { recognition.close() }
    let frames = try await TelephoneSpeech.frames("when do you open")
    for frame in frames.prefix(60) { recognition.send(frame) }
    recognition.update(
      hint: RecognitionHint(grammar: "#JSGF V1.0; grammar x; public <x> = cancel my reservation;", phrases: []))
    let (_, first, _) = await recognition.recognize(Array(frames.dropFirst(60)))
    #expect(first == "when do you open")
    let (_, second, _) = await recognition.recognize(frames)
    #expect(second == "")
    let (_, third, _) = await recognition.recognize(try await TelephoneSpeech.frames("cancel my reservation"))
    #expect(third == "cancel my reservation")
  }

  @Test("more grammars than the decoder keeps, with words that it does not know")
  func manyGrammars() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine)
    defer { recognition.close() }
    for number in 0..<40 {
      recognition.update(
        hint: RecognitionHint(
          grammar: "#JSGF V1.0; grammar g\(number); public <x> = operator | flurbazz\(number) | yes qwrtz;", phrases: []
        ))
    }
    let (_, text, _) = await recognition.recognize(try await TelephoneSpeech.frames("operator"))
    #expect(text == "operator")
  }

  @Test("a grammar that can't be read understands nothing and kills nothing")
  func badGrammar() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine, grammar: "#JSGF V1.0; grammar x; public <x> = ((( ;")
    defer { recognition.close() }
    let frames = try await TelephoneSpeech.frames("operator")
    #expect(await recognition.recognize(frames).text == "")
    recognition.update(hint: RecognitionHint(grammar: Self.grammar, phrases: []))
    #expect(await recognition.recognize(frames).text == "operator")
  }

  @Test("without a grammar a wideband recording is heard with the language model")
  func languageModel() async throws {
    let engine = try PocketSphinxSpeechToText(settings: .init(maximumRecognitions: 1))
    let recognition = try await open(engine, grammar: nil)
    defer { recognition.close() }
    let bytes = try await TelephoneSpeech.spoken(
      "hello i would like to check my account balance",
      as: ["-r", "16000", "-e", "signed", "-b", "16", "-"])
    let samples = stride(from: 0, to: bytes.count - 1, by: 2).map {
      Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
    let (_, text, _) = await recognition.recognize(TelephoneSpeech.frames(of: samples, rate: 16_000))
    #expect(text?.contains("check my account balance") == true)
  }

  @Test("a missing model names the package, another language another provider")
  func missing() async throws {
    let error = #expect(throws: ProviderError.self) {
      try PocketSphinxSpeechToText(settings: .init(modelDirectory: "/nonexistent"))
    }
    #expect(error?.kind == .missing)
    #expect(error?.message.contains("apt-get install pocketsphinx-en-us") == true)
    let engine = try PocketSphinxSpeechToText()
    let refused = await #expect(throws: ProviderError.self) {
      _ = try await engine.open(RecognitionOptions(language: "es-ES", sampleRate: 8000))
    }
    #expect(refused?.message.contains("es-ES") == true)
  }
}
