import Audio
import Testing
import TestSupport

@testable import VoicePipeline

@Suite("Sentence splitter")
struct SentenceSplitterTests {
  @Test("a sentence comes out with its last character, before anything follows", arguments: ["Yes.", "Why?", "Stop!"])
  func atOnce(text: String) {
    var splitter = SentenceSplitter()
    #expect(splitter.append(text) == [text])
    #expect(splitter.flush() == [])
  }

  @Test(
    "sentences are told from stops inside them",
    arguments: [
      ("Dr. Smith is in. Call him.", ["Dr. Smith is in.", "Call him."]),
      ("It costs 3.5 euros. Fine?", ["It costs 3.5 euros.", "Fine?"]),
      ("¿Cómo está? ¡Muy bien! Gracias.", ["¿Cómo está?", "¡Muy bien!", "Gracias."]),
      ("Well... let me see. Yes.", ["Well... let me see.", "Yes."]),
      ("Wait... Now it works.", ["Wait...", "Now it works."]),
      ("At 5 p.m. we close. Bye.", ["At 5 p.m. we close.", "Bye."]),
      ("We close at 5 p.m. Come early.", ["We close at 5 p.m.", "Come early."]),
      ("See example.com for more. OK.", ["See example.com for more.", "OK."]),
      ("He said \"no.\" Then he left.", ["He said \"no.\"", "Then he left."]),
      ("Really?! Yes!!", ["Really?!", "Yes!!"]),
      ("La Sra. Gómez vive en la Av. Mayor. Sí.", ["La Sra. Gómez vive en la Av. Mayor.", "Sí."]),
      ("First line\nSecond line", ["First line", "Second line"]),
      ("No end", ["No end"]), ("  ", []), ("...", []), ("", []),
      ("Room 12. Next.", ["Room 12.", "Next."]),
    ])
  func whole(text: String, sentences: [String]) {
    var splitter = SentenceSplitter()
    #expect(splitter.append(text) + splitter.flush() == sentences)
  }

  @Test("a number that may go on is waited for")
  func waitsForNumber() {
    var splitter = SentenceSplitter()
    #expect(splitter.append("It costs 3.") == [])
    #expect(splitter.append("5 euros.") == ["It costs 3.5 euros."])
    #expect(splitter.append(" Take 4.") == [])
    #expect(splitter.append(" Or 5!") == ["Take 4.", "Or 5!"])
  }

  @Test("the pieces that text comes in do not matter", arguments: 1...20)
  func pieces(seed: UInt64) {
    let text = "Hello there, Mr. Lee! We have 2.5 rooms... maybe. ¿Quiere una? Call at 5 p.m. or later. Bye"
    let expected = [
      "Hello there, Mr. Lee!", "We have 2.5 rooms... maybe.", "¿Quiere una?", "Call at 5 p.m. or later.", "Bye",
    ]
    var random = SeededGenerator(seed: seed)
    var splitter = SentenceSplitter()
    var sentences: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      // Words as language models give them, so that a stop and what follows at once are not parted.
      let word = rest.prefix(1) + rest.dropFirst().prefix { !$0.isWhitespace }
      rest = rest.dropFirst(word.count)
      if Bool.random(using: &random), let space = rest.first, space.isWhitespace {
        sentences += splitter.append(String(word) + " ")
        rest = rest.dropFirst()
      } else {
        sentences += splitter.append(String(word))
      }
    }
    #expect(sentences + splitter.flush() == expected)
  }

  @Test("a clause without end is cut at a comma, and text without any mark at a space")
  func longClauses() {
    var splitter = SentenceSplitter()
    let clause = "this is a clause of some forty characters, "
    let first = splitter.append(String(repeating: clause, count: 6))
    #expect(first.count == 1)
    #expect(first.first?.hasSuffix("characters,") == true)
    #expect((first.first?.count ?? 0) <= 201)
    var other = SentenceSplitter()
    let words = String(repeating: "word ", count: 100)
    let cut = other.append(words) + other.flush()
    #expect(cut.count >= 3)
    #expect(cut.allSatisfy { $0.hasPrefix("word") && $0.hasSuffix("word") })
    #expect(cut.joined(separator: " ") + " " == words)
  }
}

@Suite("Heard ledger")
struct HeardLedgerTests {
  private func ledger() -> HeardLedger {
    var ledger = HeardLedger(sampleRate: 8000)
    ledger.begin("The first sentence.")
    ledger.extend(from: 1000, to: 5000)
    ledger.extend(from: 5000, to: 9000)
    ledger.complete()
    ledger.begin("And then another one follows.")
    ledger.extend(from: 9000, to: 19_000)
    ledger.complete()
    return ledger
  }

  @Test(
    "what was sent is what was heard, to the word",
    arguments: [
      (0, ""), (1000, ""), (1500, ""), (5000, "The first"), (9000, "The first sentence."),
      (13_000, "The first sentence. And then"), (19_000, "The first sentence. And then another one follows."),
      (50_000, "The first sentence. And then another one follows."),
    ] as [(LinePosition, String)])
  func heard(position: LinePosition, text: String) {
    #expect(ledger().heard(upTo: position) == text)
  }

  @Test("a sentence still in synthesis is not taken for finished because all that is queued was sent")
  func incomplete() {
    var ledger = HeardLedger(sampleRate: 8000)
    ledger.begin("One two three four five six seven eight nine ten.")
    ledger.extend(from: 0, to: 8000)
    let heard = ledger.heard(upTo: 8000)
    #expect(heard.hasPrefix("One two"))
    #expect(!heard.contains("six"))
  }

  @Test("a sentence without sound was not heard")
  func withoutSound() {
    var ledger = HeardLedger(sampleRate: 8000)
    ledger.begin("Nothing came of it.")
    #expect(ledger.heard(upTo: 99_999) == "")
    #expect(ledger.text == "")
    #expect(ledger.start == nil)
  }
}
