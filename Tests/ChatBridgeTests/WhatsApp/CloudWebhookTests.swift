import Net
import struct TestSupport.SeededGenerator
import JSON
import Store
import Testing

@testable import ChatBridge

@Suite("The gate of WhatsApp's webhook")
struct CloudWebhookTests {
  private static let body = Array(
    #"{"object":"whatsapp_business_account","name":"Mu\u00f1oz","url":"https:\/\/x.example\/"}"#.utf8)

  private static func number(_ id: String, secret: String?, token: String = "verify") -> CloudConfiguration {
    CloudConfiguration(phoneNumberID: id, accessToken: "token", appSecret: secret, verifyToken: token)
  }

  private static func signature(_ secret: String, _ body: [UInt8] = body) -> String {
    "sha256=" + Hex.text(HMAC.sha256(key: Array(secret.utf8), body))
  }

  private let hook = CloudWebhook([number("1", secret: "one"), number("2", secret: "two"), number("3", secret: "one")])

  private func source(_ header: [String: String], _ body: [UInt8] = body) -> String? {
    hook.source(of: body) { header[$0] }
  }

  // MARK: Verification

  private func challenge(_ query: [String: String]) -> String? {
    CloudWebhook([Self.number("1", secret: "s", token: "right"), Self.number("2", secret: "s", token: "other")])
      .challenge { query[$0] }
  }

  @Test("the right token gets the challenge back, that of either number", arguments: ["right", "other"])
  func verification(token: String) {
    let query = ["hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token]
    #expect(challenge(query) == "1158201444")
  }

  @Test(
    "a wrong token, another mode, or anything missing gets nothing",
    arguments: [
      ["hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "wrong"],
      ["hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""],
      ["hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "righ"],
      ["hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "right "],
      ["hub.mode": "unsubscribe", "hub.challenge": "1", "hub.verify_token": "right"],
      ["hub.challenge": "1", "hub.verify_token": "right"],
      ["hub.mode": "subscribe", "hub.verify_token": "right"],
      ["hub.mode": "subscribe", "hub.challenge": "1"],
      [:],
    ])
  func refusedVerification(query: [String: String]) {
    #expect(challenge(query) == nil)
  }

  @Test("a challenge of 256 bytes is given back, a longer one is not")
  func longChallenge() {
    var query = ["hub.mode": "subscribe", "hub.verify_token": "right"]
    query["hub.challenge"] = String(repeating: "1", count: 256)
    #expect(challenge(query) != nil)
    query["hub.challenge"] = String(repeating: "1", count: 257)
    #expect(challenge(query) == nil)
  }

  @Test("a number without a token verifies nobody")
  func emptyToken() {
    let hook = CloudWebhook([Self.number("1", secret: "s", token: "")])
    let query = ["hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""]
    #expect(hook.challenge { query[$0] } == nil)
  }

  // MARK: Signatures

  @Test("a signature over the raw bytes, with all their escapes, is good")
  func signature() {
    let header = ["x-hub-signature-256": Self.signature("one")]
    #expect(source(header).map { hook.numbers(of: $0) } == ["1", "3"])
  }

  @Test("a signature that was worked out elsewhere is good")
  func knownSignature() {
    let body = Array("what do ya want for nothing?".utf8)
    let hook = CloudWebhook([Self.number("9", secret: "Jefe")])
    let right = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    #expect(hook.source(of: body) { $0 == "x-hub-signature-256" ? right : nil } != nil)
  }

  @Test("the same JSON written otherwise is not what was signed")
  func rewritten() {
    let plain = Array(#"{"object":"whatsapp_business_account","name":"Muñoz","url":"https://x.example/"}"#.utf8)
    #expect(source(["x-hub-signature-256": Self.signature("one")], plain) == nil)
    #expect(JSONValue(plain) == JSONValue(Self.body))
  }

  @Test("upper-case hexadecimal is the same signature")
  func upperCase() {
    let code = Self.signature("one").dropFirst(7).uppercased()
    #expect(source(["x-hub-signature-256": "sha256=" + code]) != nil)
  }

  @Test("without a good SHA-256 signature nothing is taken")
  func badSignatures() {
    let good = Self.signature("one")
    let sha1 = "sha1=" + Hex.text(HMAC.sha1(key: Array("one".utf8), Self.body))
    let bad: [String] = [
      "", "sha256=", "sha256", String(good.dropFirst(7)), String(good.dropLast()), String(good.dropLast(2)),
      String(good.dropLast(62)), "\(good)00", "\(good) ", " \(good)", "sha1=\(good.dropFirst(7))", sha1,
      "sha256=\(sha1.dropFirst(5))", Self.signature("wrong"), Self.signature(""), Self.signature("one", []),
      "sha256=\(String(repeating: "0", count: 64))", "sha256=\(String(repeating: "g", count: 64))",
    ]
    for text in bad { #expect(source(["x-hub-signature-256": text]) == nil, "\(text)") }
    #expect(source([:]) == nil)
    #expect(source(["x-hub-signature": sha1]) == nil)
  }

  @Test("one flipped bit anywhere is noticed", arguments: 1...5)
  func flipped(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let header = ["x-hub-signature-256": Self.signature("two")]
    for _ in 0..<200 {
      var body = Self.body
      body[Int.random(in: 0..<body.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      #expect(source(header, body) == nil, "seed \(seed)")
    }
  }

  @Test("whoever has one number's secret speaks for the numbers of that secret only")
  func separation() {
    let one = source(["x-hub-signature-256": Self.signature("one")])
    let two = source(["x-hub-signature-256": Self.signature("two")])
    #expect(one != nil && two != nil && one != two)
    #expect(two.map { hook.numbers(of: $0) } == ["2"])
    let message =
      #"{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"messages":[{"from":"15557770000","id":"w","type":"text","text":{"body":"x"}}]}}"#
    let delivery = CloudDelivery(
      Array("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"changes\":[\(message)]}]}".utf8),
      numbers: two.map { hook.numbers(of: $0) } ?? [], at: Timestamp(seconds: 1_790_000_000))
    #expect(delivery.updates.isEmpty && delivery.problem != nil)
  }

  @Test("what names a source in the store gives no secret away, and a source that is not known speaks for nobody")
  func sources() {
    let source = source(["x-hub-signature-256": Self.signature("one")]) ?? ""
    #expect(source.count == 16 && !source.contains("one"))
    #expect(hook.numbers(of: "").isEmpty && hook.numbers(of: "one").isEmpty)
    // The same after a restart.
    #expect(CloudWebhook([Self.number("3", secret: "one")]).numbers(of: source) == ["3"])
  }

  // MARK: Services that do not sign

  @Test("a service that does not sign is known by its header, and by nothing else")
  func header() {
    var unsigned = Self.number("4", secret: nil)
    unsigned.webhookHeader = ("X-Key", "let me in")
    let hook = CloudWebhook([unsigned, Self.number("2", secret: "two")])
    func numbers(_ header: [String: String]) -> Set<String>? {
      hook.source(of: Self.body) { header[$0] }.map { hook.numbers(of: $0) }
    }
    #expect(numbers(["x-key": "let me in"]) == ["4"])
    for value in ["", "let me", "let me in ", "LET ME IN"] { #expect(numbers(["x-key": value]) == nil) }
    #expect(numbers(["x-other": "let me in"]) == nil && numbers([:]) == nil)
    #expect(numbers(["x-hub-signature-256": Self.signature("")]) == nil)
    #expect(numbers(["x-hub-signature-256": Self.signature("two")]) == ["2"])
  }

  @Test("a number with neither secret nor header is open to nobody")
  func unprotected() {
    let hook = CloudWebhook([Self.number("5", secret: nil), Self.number("6", secret: "")])
    #expect(hook.source(of: Self.body) { _ in Self.signature("") } == nil)
    #expect(hook.source(of: Self.body) { _ in "" } == nil)
    #expect(hook.numbers(of: "").isEmpty)
  }
}
