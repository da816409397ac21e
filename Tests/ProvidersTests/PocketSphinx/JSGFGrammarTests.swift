import Audio
import Testing

@testable import Providers
@testable import VoicePipeline

@Suite("JSGF")
struct JSGFGrammarTests {
  private func grammar(_ body: String) -> String { "#JSGF V1.0;\ngrammar g;\n\(body)" }

  @Test("weights, tags, quotes, comments and repetition are read")
  func reads() throws {
    let parsed = try JSGFGrammar(
      grammar("/* a\n b */ public <a> = /0.5/ yes {TAG} | /2/ \"no\" <b>+ // end\n [please]; <b> = (now | then)*;"))
    #expect(parsed.words == ["yes", "no", "please", "now", "then"])
    #expect(
      parsed.text
        == "#JSGF V1.0;\ngrammar g;\npublic <a> = (/0.5/ yes | /2/ no (<b>)+ [please]);\n<b> = ((now | then))*;\n")
    #expect(try JSGFGrammar(parsed.text).words == parsed.words)
  }

  @Test(
    "a word that is not known takes with it no more than needs it",
    arguments: [
      ("public <a> = yes | x yes | no;", "public <a> = (yes | no);\n"),
      ("public <a> = yes [x] | no;", "public <a> = (yes | no);\n"),
      ("public <a> = yes (x)* | no;", "public <a> = (yes | no);\n"),
      ("public <a> = yes | <b> no; <b> = x;", "public <a> = (yes);\n"),
      ("public <a> = yes <b>; <b> = x | no;", "public <a> = yes <b>;\n<b> = (no);\n"),
      ("public <a> = [x] [x];", "public <a> = <NULL>;\n"),
    ])
  func prunes(body: String, expected: String) throws {
    let pruned = try JSGFGrammar(grammar(body)).pruning(["x"])
    #expect(pruned?.text == "#JSGF V1.0;\ngrammar g;\n" + expected)
  }

  @Test("nothing is left when every way needs the word")
  func nothingLeft() throws {
    #expect(try JSGFGrammar(grammar("public <a> = x | <b>; <b> = yes x;")).pruning(["x"]) == nil)
  }

  @Test(
    "what is no grammar is refused",
    arguments: [
      "", "hello", "#JSGF V1.0; public <a> = b;", "#JSGF V1.0; grammar g;", "#JSGF V1.0; grammar g; public <a> = ;",
      "#JSGF V1.0; grammar g; public <a> = b", "#JSGF V1.0; grammar g; public <a> = (b;",
      "#JSGF V1.0; grammar g; public <a = b;", "#JSGF V1.0; grammar g; public <a> = b | ;",
      "#JSGF V1.0; grammar g; <a> = b;", "#JSGF V1.0; grammar g; public <a> = b; <a> = c;",
      "#JSGF V1.0; grammar g; public <a> = " + String(repeating: "(", count: 5000) + ";",
    ])
  func refuses(text: String) {
    #expect(throws: JSGFGrammar.SyntaxError.self) { try JSGFGrammar(text) }
  }
}

@Suite("Speech gate")
struct SpeechGateTests {
  @Test("silence passes only around speech")
  func gate() {
    var gate = SpeechGate()
    func pass(_ speech: Bool) -> Int {
      gate.pass(.init(samples: [Int16](repeating: 0, count: 160), sampleRate: 8000, arrival: .now, isSpeech: speech))
        .count
    }
    for _ in 0..<100 { #expect(pass(false) == 0) }
    #expect(pass(true) == 16)
    #expect(pass(true) == 1)
    for _ in 0..<10 { #expect(pass(false) == 1) }
    for _ in 0..<5 { #expect(pass(false) == 0) }
    #expect(pass(true) == 6)
  }
}
