import struct TestSupport.SeededGenerator
import Testing

@testable import ChatBridge

@Suite("Texts that are too long")
struct TextSplitterTests {
  /// Without white space, which cuts may eat.
  private func ink(_ text: String) -> String { text.filter { !$0.isWhitespace } }

  @Test("what fits stays whole")
  func fits() {
    #expect(TextSplitter.split("Hello there. Bye.", limit: 17) == ["Hello there. Bye."])
    #expect(TextSplitter.split("  Hello \n", limit: 5) == ["Hello"])
  }

  @Test("of nothing there are no pieces", arguments: ["", " ", "\n\n\t ", String(repeating: " ", count: 100)])
  func empty(text: String) {
    #expect(TextSplitter.split(text, limit: 10).isEmpty)
  }

  @Test("a text is cut at the end of a sentence")
  func sentence() {
    #expect(
      TextSplitter.split("One two three. Four five six. Seven eight.", limit: 32)
        == ["One two three. Four five six.", "Seven eight."])
    #expect(TextSplitter.split("Is it so? Yes, 3.14 it is", limit: 20) == ["Is it so? Yes, 3.14", "it is"])
  }

  @Test("the end of a paragraph comes before that of a sentence")
  func paragraph() {
    #expect(
      TextSplitter.split("A heading here\n\nText. More text.", limit: 24) == ["A heading here", "Text. More text."])
  }

  @Test("a sentence that ends early in the piece is no place for a cut: a word is")
  func earlySentence() {
    #expect(TextSplitter.split("Oh. And then came a long one", limit: 20) == ["Oh. And then came a", "long one"])
  }

  @Test("full-width stops need no space behind them")
  func fullWidth() {
    #expect(TextSplitter.split("今日は晴れです。明日は雨でしょう。", limit: 12) == ["今日は晴れです。", "明日は雨でしょう。"])
  }

  @Test("a text without spaces is cut at the limit")
  func noSpaces() {
    let text = String(repeating: "x", count: 10_001)
    #expect(TextSplitter.split(text, limit: 4096).map(\.count) == [4096, 4096, 1809])
  }

  @Test("an emoji is never cut in two, and counts as much as services may count")
  func graphemes() {
    let family = "👨‍👩‍👧‍👦"
    #expect(family.length == 11)
    let pieces = TextSplitter.split(String(repeating: family, count: 10), limit: 25)
    #expect(pieces == Array(repeating: family + family, count: 5))
    #expect(TextSplitter.split("👍👍👍", limit: 5) == ["👍👍", "👍"])
  }

  @Test("a letter under a tower of accents keeps to the limit, too")
  func tower() {
    let tower = "e" + String(repeating: "\u{301}", count: 1000)
    let pieces = TextSplitter.split(tower, limit: 100)
    #expect(pieces.allSatisfy { $0.length <= 100 } && pieces.joined().unicodeScalars.count == 1001)
  }

  @Test("a limit of nothing does not go on forever", arguments: [Int.min, 0, 1])
  func noLimit(limit: Int) {
    #expect(TextSplitter.split("a👍b", limit: limit).joined() == "a👍b")
  }

  @Test("random texts keep the limit and lose no letter", arguments: 1...40)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let parts = [
      "a", "word", " ", " ", ". ", "! ", "\n", "\n\n", "\r\n", "👍🏽", "é", "…", "?", "ñandú", "。", "🇪🇸", "\u{301}",
    ]
    let text = (0..<Int.random(in: 0...400, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
      .joined()
    let limit = Int.random(in: 8...120, using: &random)
    let pieces = TextSplitter.split(text, limit: limit)
    for piece in pieces {
      #expect(piece.length <= limit && !piece.isEmpty && piece == piece.trimmed, "seed \(seed)")
    }
    #expect(ink(pieces.joined()) == ink(text), "seed \(seed)")
  }

  @Test("two megabytes are cut in one pass")
  func large() {
    let text = String(repeating: "A sentence of some words. ", count: 80_000)
    let pieces = TextSplitter.split(text, limit: 4096)
    #expect(pieces.allSatisfy { $0.length <= 4096 && $0.hasSuffix(".") })
    #expect(pieces.count < 600)
  }
}
