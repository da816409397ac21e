import struct TestSupport.SeededGenerator
import Foundation
import Testing

@testable import JSON

@Suite("Any JSON")
struct JSONValueTests {
  private func parse(_ text: String) -> JSONValue? { JSONValue(Array(text.utf8)) }

  @Test("every kind of value is read")
  func kinds() {
    #expect(parse("null") == .null && parse(" true ") == true && parse("false") == false)
    #expect(parse("\"x\"") == "x" && parse("[]") == [] && parse("{}") == [:])
    #expect(parse("\r\n\t [1 , \"a\",{\"k\" :[ ]} ]") == [1, "a", ["k": []]])
    #expect(JSONValue([0xEF, 0xBB, 0xBF, 0x31]) == 1)
  }

  @Test("whole numbers are integers however they are written, and what no type can hold is not read")
  func numbers() {
    #expect(parse("9223372036854775807") == .integer(.max) && parse("-9223372036854775808") == .integer(.min))
    #expect(parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(parse("-0") == 0 && parse("1.5") == .number(1.5) && parse("-2E+3") == -2000 && parse("3.0") == 3)
    #expect(parse("1e-7") == .number(1e-7) && parse("1e400") == nil && parse("-1e999999999999") == nil)
    #expect(parse("1e-400") == 0)
    #expect(parse("1234567890123456789.5") == .integer(1_234_567_890_123_456_768))
    #expect(parse("2.2611111111111106") == .number(2.2611111111111106))
    #expect(parse("123456789012345678901234567890") == .number(1.2345678901234568e29))
    #expect(parse(String(repeating: "9", count: 5000)) == nil)
  }

  @Test("strings may hold anything, escaped or not")
  func strings() {
    #expect(parse(#""\"\\\/\b\f\n\r\t""#) == .string("\"\\/\u{8}\u{c}\n\r\t"))
    #expect(parse(#""ma\u00F1ana \u20ac \ud83d\udc4D""#) == "mañana € 👍")
    #expect(parse("\"mañana 👍\"") == "mañana 👍")
    #expect(parse(#""\u0000""#) == "\0")
    #expect(parse(#"{"\u0061":1}"#) == ["a": 1])
  }

  @Test("half a surrogate pair and broken UTF-8 cost one character, not the text")
  func brokenText() {
    #expect(parse(#"{"body":"a\ud83d b"}"#)?["body"] == "a\u{FFFD} b")
    #expect(parse(#""\udc4d\ud83d\ud83d\udc4d\ud83dx""#) == "\u{FFFD}\u{FFFD}👍\u{FFFD}x")
    #expect(parse(#""\ud83d\n""#) == "\u{FFFD}\n")
    #expect(JSONValue([0x22, 0x61, 0xFF, 0x22]) == "a\u{FFFD}")
  }

  @Test(
    "what is not JSON is not read",
    arguments: [
      "", " ", "nul", "nulll", "True", "tru", "[", "]", "[1", "[1,", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":",
      "{\"a\":1", "{\"a\":1,", "{a:1}", "{1:1}", "{\"a\" 1}", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"",
      "\"\\u12g4\"", "\"\n\"", "'a'", "1 2", "+1", "01", "-", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "[1]x",
      "--1", "1.e1", "\u{feff}\u{feff}1",
    ])
  func invalid(text: String) {
    #expect(parse(text) == nil)
  }

  @Test("nesting is followed 500 deep and not much deeper, without a limit to how deep somebody may try")
  func depth() {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(parse(nested(500)) != nil && parse(nested(600)) == nil && parse(nested(1_000_000)) == nil)
    #expect(parse(String(repeating: "{\"a\":", count: 1_000_000)) == nil)
    // Side by side is no depth.
    #expect(parse("[" + Array(repeating: nested(100), count: 100).joined(separator: ",") + "]")?.array.count == 100)
  }

  @Test("of a key that comes twice the last counts")
  func duplicates() {
    #expect(parse(#"{"a":1,"a":2}"#) == ["a": 2])
  }

  @Test(
    "three megabytes of anything are read",
    arguments: ["1", "null", "{}", "\"abc\"", "[[[[[[1.5]]]]]]", "{\"a\":true}"])
  func large(element: String) {
    let count = (3 << 20) / (element.utf8.count + 1)
    #expect(parse("[" + Array(repeating: element, count: count).joined(separator: ",") + "]")?.array.count == count)
  }

  @Test("values come back as they were", arguments: 1...60)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let value = Self.random(&random, depth: 0)
      #expect(parse(value.text) == value, "seed \(seed)")
    }
  }

  @Test("it reads what Foundation writes, and Foundation reads what it writes", arguments: 1...20)
  func foundation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let value = JSONValue.array([Self.random(&random, depth: 0)])
    let object = try JSONSerialization.jsonObject(with: Data(value.text.utf8))
    let again = try JSONSerialization.data(
      withJSONObject: object, options: seed.isMultiple(of: 2) ? [.prettyPrinted] : [])
    #expect(JSONValue(again) == value, "seed \(seed)")
  }

  @Test("random bytes are refused or read, and never trap", arguments: 1...10)
  func noise(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]\",:\\ud8\u{0}tfn0123456789eE+-. ".utf8) + [0xFF, 0xC3, 0x80]
    for _ in 0..<1000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      if let value = JSONValue(bytes) { #expect(JSONValue(Array(value.text.utf8)) == value, "seed \(seed): \(bytes)") }
    }
  }

  @Test("numbers are found in strings, too, and whole ones only where they are whole")
  func accessors() {
    #expect(JSONValue.string("12345").integer == 12_345 && JSONValue.string("1.5").double == 1.5)
    #expect(JSONValue.number(3).integer == 3 && JSONValue.number(3.5).integer == nil)
    #expect(JSONValue.number(1e300).integer == nil && JSONValue.integer(2).double == 2)
    #expect(JSONValue.string("x").integer == nil && JSONValue.bool(true).integer == nil && JSONValue.null.double == nil)
    #expect(JSONValue.string("99999999999999999999").integer == nil)
    #expect(JSONValue.array([1])["a"] == nil && JSONValue.object(["a": 1]).array.isEmpty)
    #expect(JSONValue.integer(1).string == nil && JSONValue.string("true").bool == nil)
    #expect(JSONValue(nil as String?) == .null && JSONValue("x" as String?) == "x")
  }

  @Test("equal values have equal texts, with plain slashes")
  func text() {
    let value: JSONValue = ["b": [1, true], "a": "x/y"]
    #expect(value.text == #"{"a":"x/y","b":[1,true]}"#)
    #expect(JSONValue.null.text == "null" && JSONValue.number(.infinity).text == "null")
  }

  private static func random(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth < 5 ? 8 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .integer(.random(in: -(1 << 53)...(1 << 53), using: &random))
    case 3: return .number(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) + 0.25)
    case 4, 5: return .string(text(&random))
    case 6:
      return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in Self.random(&random, depth: depth + 1) })
    default:
      let pairs = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        (text(&random), Self.random(&random, depth: depth + 1))
      }
      return .object(Dictionary(pairs, uniquingKeysWith: { $1 }))
    }
  }

  private static func text(_ random: inout SeededGenerator) -> String {
    let parts = ["a", "\"", "\\", "/", "\n", "\u{0}", "\u{1f}", "ñ", "👍", "e\u{301}", "\u{2028}", "\u{FFFD}", " "]
    return (0..<Int.random(in: 0...6, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
  }
}
