import SIPStack
import Testing

@testable import Telephony

@Suite("What a transfer carries along")
struct ReferHeadersTests {
  private static func allowed(_ headers: String) -> [String] {
    guard let uri = URI("sip:ana@pbx.example?\(headers)") else { return ["no URI"] }
    return ReferHeaders.allowed(in: uri).map { "\($0.name): \($0.value)" }
  }

  @Test("fields for the called one pass, with their escapes undone")
  func pass() {
    #expect(
      Self.allowed("X-Assist-Escalation=esc_1&x-assist-link=https%3A%2F%2Fdesk.example%2F%23escalation%3Desc_1")
        == ["X-Assist-Escalation: esc_1", "x-assist-link: https://desk.example/#escalation=esc_1"])
    #expect(Self.allowed("X-Name=%C3%A1") == ["X-Name: á"])
  }

  @Test(
    "nothing that SIP itself reads, and nothing that could become more than one field",
    arguments: [
      "From=%3Csip:x@y%3E", "Route=%3Csip:evil%3E", "Via=x", "Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc", "x=900",
      "X-=a", "X-A=", "X-A=1%0D%0AEvil%3A%202", "X-A=%00", "X-A%3A%20b=1", "X%20-A=1", "X-N%61me=1", "X-A%0D%0A=1",
      "body=abc",
      "Proxy-Authorization=x", "Content-Length=9",
    ])
  func refuse(_ headers: String) {
    #expect(Self.allowed(headers).isEmpty || Self.allowed(headers) == ["no URI"])
  }

  @Test("their number and length are bounded, and a name counts once")
  func bounds() {
    #expect(Self.allowed((0..<100).map { "X-\($0)=1" }.joined(separator: "&")).count == ReferHeaders.maximum)
    #expect(Self.allowed("X-A=" + String(repeating: "a", count: 1025)).isEmpty)
    #expect(Self.allowed("X-" + String(repeating: "a", count: 80) + "=1").isEmpty)
    #expect(Self.allowed("X-A=1&x-a=2") == ["X-A: 1"])
  }

  @Test("a dialog to be replaced has a Call-ID and both tags, and nothing besides")
  func dialogs() {
    #expect(ReferHeaders.isDialog("abc@host;to-tag=1;from-tag=2"))
    #expect(ReferHeaders.isDialog("abc;from-tag=2;to-tag=1;early-only"))
    for text in [
      "", ";to-tag=1;from-tag=2", "abc", "abc;to-tag=1", "a b;to-tag=1;from-tag=2",
      "abc;to-tag=1;from-tag=2\r\nX: 1", "abc;to-tag=1;from-tag=2,def", String(repeating: "a", count: 2000),
    ] {
      #expect(!ReferHeaders.isDialog(text))
    }
  }
}
