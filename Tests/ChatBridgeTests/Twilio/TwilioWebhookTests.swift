import ChatBridge
import Testing
import TestSupport

@Suite("Twilio's webhook")
struct TwilioWebhookTests {
  private let token = "12345"
  private let fields = [
    ("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675310"), ("Digits", "1234"), ("From", "+14158675310"),
    ("To", "+18005551212"),
  ]

  private func number(
    _ number: String = "14155238886", token: String? = nil, sid: String = "AC1",
    at url: String = "https://mycompany.com"
  ) -> TwilioConfiguration {
    TwilioConfiguration(accountSID: sid, authToken: token ?? self.token, number: number, publicURL: url)
  }

  private func source(
    _ webhook: TwilioWebhook, _ fields: [(String, String)], _ path: String, _ signature: String?
  ) -> String? {
    webhook.source(
      of: Array(StandInTwilioForm.encoded(fields).utf8), pathAndQuery: path, signature: signature)
  }

  @Test("a signature that another implementation made is taken, and no other")
  func vector() {
    let webhook = TwilioWebhook([number()])
    let path = "/myapp.php?foo=1&bar=2"
    let signature = "GvWf1cFY/Q7PnoempGyD5oXAezc="
    #expect(source(webhook, fields, path, signature) != nil)
    #expect(source(webhook, fields.reversed(), path, signature) != nil)
    for wrong in [nil, "", "=", "GvWf1cFY/Q7PnoempGyD5oXAezc", "gvWf1cFY/Q7PnoempGyD5oXAezc=", signature + "\n"] {
      #expect(source(webhook, fields, path, wrong) == nil)
    }
    #expect(source(webhook, fields, "/myapp.php?foo=1&bar=3", signature) == nil)
    #expect(source(webhook, fields, "/myapp.php", signature) == nil)
    #expect(source(webhook, fields.dropLast(), path, signature) == nil)
    #expect(source(webhook, fields + [("Zeal", "1")], path, signature) == nil)
    #expect(source(TwilioWebhook([number(token: "12346")]), fields, path, signature) == nil)
    #expect(source(TwilioWebhook([number(at: "https://other.com")]), fields, path, signature) == nil)
    #expect(source(TwilioWebhook([]), fields, path, signature) == nil)
  }

  @Test("what is signed is the URL, then names and values in the order of the names")
  func algorithm() {
    let fields = [("b", "2"), ("a", "ñ 1"), ("B", "%3"), ("a1", "")]
    // By hand: capitals come before small letters, a name before one that it begins.
    let text = "https://mycompany.com/hook?key=x" + "B%3" + "añ 1" + "a1" + "b2"
    let signature = StandInTwilioForm.signature(url: text, [], token: token)
    #expect(source(TwilioWebhook([number()]), fields, "/hook?key=x", signature) != nil)
  }

  @Test("bytes that are no UTF-8 are signed as they are")
  func bytes() {
    let webhook = TwilioWebhook([number()])
    // The signature of a form in which another byte stands there, which as text would read the same.
    let body = Array("a=%FF".utf8)
    let signature = StandInTwilioForm.signature(url: "https://mycompany.com/hook", [("a", "\u{FFFD}")], token: token)
    #expect(webhook.source(of: body, pathAndQuery: "/hook", signature: signature) == nil)
  }

  @Test(
    "a port that Twilio adds or leaves out makes no difference",
    arguments: [
      ("https://mycompany.com", "https://mycompany.com:443"), ("https://mycompany.com:8443", "https://mycompany.com"),
      ("http://mycompany.com", "http://mycompany.com:80"), ("http://[::1]:8080", "http://[::1]"),
      ("http://[::1]", "http://[::1]:80"), ("https://mycompany.com/in", "https://mycompany.com:443/in"),
    ])
  func ports(configured: String, signed: String) {
    let webhook = TwilioWebhook([number(at: configured)])
    for base in [configured, signed] {
      let signature = StandInTwilioForm.signature(url: base + "/hook?a=b:1", fields, token: token)
      #expect(source(webhook, fields, "/hook?a=b:1", signature) != nil)
    }
    let other = StandInTwilioForm.signature(url: "https://mycompany.com:99/hook?a=b:1", fields, token: token)
    #expect(source(webhook, fields, "/hook?a=b:1", other) == nil)
  }

  @Test("a form that names a parameter twice with different values proves nothing")
  func duplicates() {
    let webhook = TwilioWebhook([number()])
    // One signature fits all three.
    let whole = [("Body", "yesBodyno"), ("From", "x")]
    let cut = [("Body", "yes"), ("Body", "no"), ("From", "x")]
    let signature = StandInTwilioForm.signature(url: "https://mycompany.com/hook", whole, token: token)
    #expect(source(webhook, whole, "/hook", signature) != nil)
    #expect(source(webhook, cut, "/hook", signature) == nil)
    #expect(source(webhook, cut.reversed(), "/hook", signature) == nil)
    let both = StandInTwilioForm.signature(
      url: "https://mycompany.com/hook", [("Body", "no"), ("Body", "yes"), ("From", "x")], token: token)
    #expect(source(webhook, cut, "/hook", both) == nil)
  }

  @Test("the same parameter with the same value twice counts once")
  func repeated() {
    let once = [("Body", "yes"), ("From", "x")]
    let signature = StandInTwilioForm.signature(url: "https://mycompany.com/hook", once, token: token)
    #expect(source(TwilioWebhook([number()]), once + once, "/hook", signature) != nil)
  }

  @Test("an account's numbers share a source; another account's token speaks for none of them")
  func sources() throws {
    let webhook = TwilioWebhook([
      number("14155238886"), number("14155238887", at: "https://second.com"),
      number("34910000001", token: "54321", sid: "AC2"),
    ])
    func signed(_ url: String, _ token: String) -> String? {
      source(webhook, fields, "/hook", StandInTwilioForm.signature(url: url + "/hook", fields, token: token))
    }
    let first = try #require(signed("https://mycompany.com", token))
    #expect(signed("https://second.com", token) == first)
    #expect(webhook.numbers(of: first) == ["14155238886", "14155238887"])
    let second = try #require(signed("https://mycompany.com", "54321"))
    #expect(second != first)
    #expect(webhook.numbers(of: second) == ["34910000001"])
    #expect(webhook.numbers(of: "").isEmpty)
    #expect(!first.contains(token) && !second.contains("54321"))
    // It is found again after a restart.
    #expect(TwilioWebhook([number()]).numbers(of: first) == ["14155238886"])
  }

  @Test("a number without a token lets nothing in")
  func noToken() {
    let signature = StandInTwilioForm.signature(url: "https://mycompany.com/hook", fields, token: "")
    #expect(source(TwilioWebhook([number(token: "")]), fields, "/hook", signature) == nil)
  }

  @Test("a huge body is refused before it is read")
  func huge() {
    let body = [UInt8](repeating: 0x61, count: TwilioWebhook.maximumBody + 1)
    #expect(TwilioWebhook([number()]).source(of: body, pathAndQuery: "/hook", signature: "x") == nil)
  }
}
