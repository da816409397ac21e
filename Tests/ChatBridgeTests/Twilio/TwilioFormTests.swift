import Testing

@testable import ChatBridge

@Suite("Twilio's forms")
struct TwilioFormTests {
  private func form(_ text: String) throws -> TwilioForm { try #require(TwilioForm(Array(text.utf8))) }

  @Test("plus signs, percent signs and UTF-8 are decoded")
  func decoding() throws {
    let form = try form("Body=ma%C3%B1ana+a+las+9%3A00+%2B+caf%c3%a9&From=whatsapp%3A%2B34600000001&Empty=&Bare")
    #expect(form["Body"] == "mañana a las 9:00 + café")
    #expect(form["From"] == "whatsapp:+34600000001")
    #expect(form["Empty"] == nil)
    #expect(form["Bare"] == nil)
    #expect(form["Absent"] == nil)
    #expect(form.parameters.count == 4)
  }

  @Test("a value keeps the equals signs in it")
  func equalsSigns() throws {
    #expect(try form("Body=a=b==c")["Body"] == "a=b==c")
  }

  @Test(
    "what is broken is read as far as it goes",
    arguments: [
      ("Body=%", "%"), ("Body=%4", "%4"), ("Body=%zz", "%zz"), ("Body=%%41", "%A"), ("Body=100%25%", "100%%"),
      ("&&&Body=x&&", "x"), ("Body=%FF%FEx", "\u{FFFD}\u{FFFD}x"), ("Body=%00x", "\0x"),
    ])
  func broken(text: String, value: String) throws {
    #expect(try form(text)["Body"] == value)
  }

  @Test("nothing at all, and separators alone, are an empty form", arguments: ["", "&", "&&&"])
  func empty(text: String) throws {
    #expect(try form(text).parameters.isEmpty)
  }

  @Test("a name without text is a name")
  func nameless() throws {
    #expect(try form("=x&=").parameters.count == 2)
  }

  @Test("too many parameters and too many bytes are not read")
  func bounds() {
    let most = Array(repeating: "a=b", count: TwilioForm.maximumParameters).joined(separator: "&")
    #expect(TwilioForm(Array(most.utf8)) != nil)
    #expect(TwilioForm(Array((most + "&a=b").utf8)) == nil)
    #expect(TwilioForm([UInt8](repeating: 0x61, count: TwilioForm.maximumBytes)) != nil)
    #expect(TwilioForm([UInt8](repeating: 0x61, count: TwilioForm.maximumBytes + 1)) == nil)
  }

  @Test("what was encoded is decoded to the same")
  func roundTrip() throws {
    var form = TwilioForm()
    let text = "100 % + a&b=c\n\r\0 ñ 👩‍👩‍👧 ~-._*"
    form.add("Body", text)
    form.add("To", "whatsapp:+34600000001")
    let read = try #require(TwilioForm(form.encoded))
    #expect(read == form)
    #expect(read["Body"] == text)
    #expect(form.encoded.allSatisfy { $0 > 0x20 && $0 < 0x7f })
  }

  @Test("random bytes never trap, and encode to what they were decoded to")
  func random() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = RandomForms(state: seed)
    for _ in 0..<2000 {
      let alphabet = Array("ab%=&+2F\u{0}é".utf8)
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      let form = try #require(TwilioForm(bytes), "seed \(seed)")
      #expect(TwilioForm(form.encoded) == form, "seed \(seed)")
    }
  }
}

/// SplitMix64.
private struct RandomForms: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
