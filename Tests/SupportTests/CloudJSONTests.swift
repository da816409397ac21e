import Testing

@testable import TestSupport

@Suite("The stand-in's JSON")
struct CloudJSONTests {
  @Test("what is written reads back the same")
  func roundTrip() throws {
    let value: CloudJSON = [
      "a": [1, -2, 2.5, true, false, .null, "x"], "ü/\"\\": ["deep": [:]], "text": "\u{0}\u{1f}\u{7f}äé👍🏽\r\n\t",
    ]
    #expect(value.bytes.allSatisfy { $0 < 0x7f && $0 >= 0x20 })
    #expect(try CloudJSON(parsing: value.bytes) == value)
  }

  @Test(
    "what is no JSON is refused",
    arguments: [
      "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "1.", "+1", "nul", "\"\\x\"", "\"\\ud800\"",
      "\"\\u12\"",
      "\"a\nb\"", "1 2", "{a:1}", "'a'", "1e999", "[1 2]", "\"",
    ])
  func refusals(text: String) {
    #expect(throws: CloudJSONError.self) { try CloudJSON(parsing: Array(text.utf8)) }
  }

  @Test("deep nesting and bytes that are no UTF-8 are refused")
  func hostile() {
    #expect(throws: CloudJSONError.self) {
      try CloudJSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 100_000))
    }
    #expect(throws: CloudJSONError.self) { try CloudJSON(parsing: [0x22, 0xff, 0x22]) }
    #expect(throws: Never.self) { try CloudJSON(parsing: Array("\"\\ud83d\\udc4d\"".utf8)) }
  }
}
