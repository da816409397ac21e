import ChatBridge
import JSON
import Store
import Testing
import TestSupport

@Suite("Twilio's deliveries")
struct TwilioDeliveryTests {
  private let number = "14155238886"
  private let time = Timestamp(milliseconds: 1_790_000_000_123)
  private let webhook = TwilioWebhook([])

  private func form(_ more: [(String, String)] = []) -> [(String, String)] {
    [
      ("MessageSid", "SM0000000000000000000000000000000a"), ("From", "whatsapp:+34600000001"),
      ("To", "whatsapp:+14155238886"), ("SmsStatus", "received"), ("NumMedia", "0"), ("ProfileName", "Ana"),
      ("WaId", "34600000001"),
    ].filter { field in !more.contains { $0.0 == field.0 } } + more
  }

  private func read(_ fields: [(String, String)], _ target: String = "/webhooks/twilio") -> TwilioDelivery {
    let kept = webhook.kept(body: Array(StandInTwilioForm.encoded(fields).utf8), pathAndQuery: target)
    return TwilioDelivery(kept, numbers: [number], at: time)
  }

  private func message(_ more: [(String, String)]) throws -> IncomingMessage {
    let read = read(form(more))
    #expect(read.problem == nil)
    guard case .message(let message) = read.updates.first, read.updates.count == 1 else {
      throw Failure()
    }
    return message
  }

  private struct Failure: Error {}

  private func detail(_ message: IncomingMessage) throws -> JSONValue {
    try #require(JSONValue(Array((message.detail ?? "").utf8)))
  }

  @Test("a text is a message of its sender to our number, at the time when it came")
  func text() throws {
    let message = try message([
      ("Body", "¿Abren mañana? 👋"), ("MessageType", "text"), ("OriginalRepliedMessageSid", "SM0b"),
    ])
    #expect(
      message
        == IncomingMessage(
          channel: "whatsapp", account: number, channelID: "SM0000000000000000000000000000000a",
          identities: [CustomerIdentity(.phone, "34600000001")], name: "Ana", sentAt: time, kind: "text",
          text: "¿Abren mañana? 👋", replyTo: "SM0b"))
  }

  @Test("both spellings of a number are the sender's, the one to answer to first")
  func spellings() throws {
    let message = try message([("From", "whatsapp:+525512345678"), ("WaId", "5215512345678"), ("Body", "x")])
    #expect(
      message.identities == [CustomerIdentity(.phone, "525512345678"), CustomerIdentity(.phone, "5215512345678")])
  }

  @Test("a sender who hides the number is known by the user id")
  func userID() throws {
    let hidden = try message([("From", "whatsapp:ES.13491208655302741918"), ("WaId", ""), ("Body", "x")])
    #expect(hidden.identities == [CustomerIdentity(.whatsappUser, "ES.13491208655302741918")])
    let both = try message([("ExternalUserId", "whatsapp:ES.1349"), ("Body", "x")])
    #expect(
      both.identities == [CustomerIdentity(.whatsappUser, "ES.1349"), CustomerIdentity(.phone, "34600000001")])
  }

  @Test(
    "media is what Twilio calls it, or else what its type says",
    arguments: [
      ("audio", "audio/ogg", "audio"), (nil, "audio/ogg; codecs=opus", "audio"), (nil, "image/jpeg", "image"),
      ("sticker", "image/webp", "sticker"), ("document", "image/png", "document"), (nil, "video/mp4", "video"),
      (nil, "application/pdf", "document"), ("text", "image/jpeg", "image"), (nil, "text/vcard", "contacts"),
      ("contacts", "text/x-vcard", "contacts"), (nil, "", "document"), (nil, "AUDIO/OGG", "audio"),
    ])
  func media(type: String?, mimeType: String, kind: String) throws {
    let url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    let message = try message(
      [("NumMedia", "1"), ("MediaUrl0", url), ("MediaContentType0", mimeType), ("Body", "factura")]
        + (type.map { [("MessageType", $0)] } ?? []))
    #expect(message.kind == kind)
    #expect(message.text == "factura")
    #expect(message.wantsAnswer)
    let detail = try detail(message)
    #expect(detail["id"] == "ME1")
    #expect(detail["url"]?.string == url)
    #expect(detail["mime_type"]?.string == (mimeType.isEmpty ? "application/octet-stream" : mimeType))
  }

  @Test("an absurd number of media is no trouble", arguments: ["-1", "99999999999999999999", "3", "x"])
  func mediaCount(count: String) throws {
    let message = try message([
      ("NumMedia", count), ("MediaUrl0", "https://a/0"), ("MediaContentType0", "image/png"),
      ("MediaUrl1", "https://a/1"), ("MediaContentType1", "image/png"),
    ])
    #expect(message.kind == "image")
    #expect(try detail(message)["others"]?.array.count == (count == "3" ? 1 : nil))
  }

  @Test("a place has its numbers and its name")
  func location() throws {
    let message = try message([
      ("MessageType", "location"), ("Latitude", "4.6"), ("Longitude", "-74.1"), ("Label", "Café"), ("Address", "Cra 7"),
    ])
    #expect(message.kind == "location")
    #expect(
      try detail(message) == [
        "latitude": .number(4.6), "longitude": .number(-74.1), "name": "Café", "address": "Cra 7",
      ])
    let odd = try self.message([("Latitude", "nan"), ("Longitude", "1e999"), ("Body", "x")])
    #expect(odd.kind == "location")
    #expect(odd.detail == nil)
  }

  @Test("a tap on a button or a list's row says what stands there")
  func taps() throws {
    let button = try message([
      ("MessageType", "button"), ("Body", "Sí"), ("ButtonText", "Sí"), ("ButtonPayload", "PAY"),
    ])
    #expect((button.kind, button.text) == ("button", "Sí"))
    #expect(try detail(button) == ["text": "Sí", "payload": "PAY"])
    let reply = try message([("MessageType", "interactive"), ("ButtonText", "Agente"), ("ButtonPayload", "agent")])
    #expect((reply.kind, reply.text) == ("interactive", "Agente"))
    #expect(try detail(reply)["button_reply"] == ["id": "agent", "title": "Agente"])
    let row = try message([("ListId", "r1"), ("ListTitle", "Saldo"), ("Body", "Saldo")])
    #expect((row.kind, row.text) == ("interactive", "Saldo"))
    #expect(try detail(row)["list_reply"] == ["id": "r1", "title": "Saldo"])
  }

  @Test("the advertisement that brought a customer is kept")
  func referral() throws {
    let message = try message([
      ("Body", "hola"), ("ReferralSourceUrl", "https://fb.me/x"), ("ReferralHeadline", "Oferta"),
      ("ReferralNumMedia", "0"),
    ])
    #expect(message.kind == "text")
    #expect(try detail(message) == ["referral": ["source_url": "https://fb.me/x", "headline": "Oferta"]])
  }

  @Test("what is not known is kept with all that it says, and answered if it has words")
  func unknown() throws {
    let silent = try message([("MessageType", "hologram"), ("Glow", "7")])
    #expect((silent.kind, silent.wantsAnswer) == ("hologram", false))
    #expect(try detail(silent)["Glow"] == "7")
    let speaking = try message([("MessageType", "hologram"), ("Body", "hola")])
    #expect((speaking.text, speaking.wantsAnswer) == ("hola", true))
    let reaction = try message([("MessageType", "reaction"), ("Body", "👍")])
    #expect((reaction.text, reaction.wantsAnswer) == ("", false))
    let nothing = try message([])
    #expect((nothing.kind, nothing.wantsAnswer) == ("unknown", false))
  }

  @Test(
    "a report tells of the message under our key",
    arguments: [("sent", MessageState.sent), ("delivered", .delivered), ("read", .read)])
  func reports(word: String, state: MessageState) {
    let read = read(
      [
        ("MessageSid", "SM1"), ("MessageStatus", word), ("SmsStatus", word), ("From", "whatsapp:+14155238886"),
        ("To", "whatsapp:+34600000001"), ("ErrorCode", "0"),
      ], "/webhooks/twilio?key=msg_01H%2B7")
    #expect(
      read.updates == [
        .status(StatusReport(channel: "whatsapp", channelID: "SM1", key: "msg_01H+7", state: state, at: time))
      ])
    #expect(read.problem == nil)
  }

  @Test("a failure comes with Twilio's number for it", arguments: ["failed", "undelivered"])
  func failures(word: String) {
    let fields = [
      ("MessageSid", "SM1"), ("MessageStatus", word), ("From", "whatsapp:+14155238886"),
      ("ErrorMessage", "+34600000001 is not here"),
    ]
    func report(_ code: Int?, _ failure: String) -> [ChannelUpdate] {
      [
        .status(
          StatusReport(
            channel: "whatsapp", channelID: "SM1", key: nil, state: .failed, at: time, code: code, failure: failure))
      ]
    }
    #expect(read(fields + [("ErrorCode", "63016")]).updates == report(63016, "Twilio's error 63016"))
    #expect(read(fields + [("ErrorCode", "99999999999999999999")]).updates == report(nil, "Twilio gave no reason"))
    #expect(read(fields).updates == report(nil, "Twilio gave no reason"))
  }

  @Test("on the way nothing is told", arguments: ["accepted", "scheduled", "queued", "sending"])
  func quiet(word: String) {
    let read = read([("MessageSid", "SM1"), ("MessageStatus", word), ("From", "whatsapp:+14155238886")])
    #expect(read.updates.isEmpty)
    #expect(read.problem == nil)
  }

  @Test(
    "what speaks of others, or of nothing, is no update but a problem",
    arguments: [
      [("To", "whatsapp:+14155230000")], [("To", "+14155238886")], [("To", "")], [("From", "")],
      [("MessageSid", "")], [("MessageSid", "SM/../x")], [("From", "messenger:1"), ("WaId", "")],
      [("MessageStatus", "sent")], [("MessageStatus", "sent"), ("From", "+14155238886")],
      [("MessageStatus", "evaporated"), ("From", "whatsapp:+14155238886")],
      [("MessageStatus", "sent"), ("From", "whatsapp:+14155238886"), ("MessageSid", "")],
    ] as [[(String, String)]])
  func problems(more: [(String, String)]) {
    let more = more.contains { $0.0 == "From" && $0.1.isEmpty } ? more + [("WaId", "")] : more
    let read = read(form(more))
    #expect(read.updates.isEmpty)
    #expect(read.problem != nil)
    #expect(!(read.problem ?? "").contains("34600000001"))
  }

  @Test("what was not kept by the gate is a problem", arguments: ["", "a=b", "\n", "x\n%%%", "\u{0}\n&=&"])
  func strange(body: String) {
    let read = TwilioDelivery(Array(body.utf8), numbers: [number], at: time)
    #expect(read.updates.isEmpty)
    #expect(read.problem != nil)
  }

  @Test("no line end in a query moves the form")
  func query() {
    let kept = webhook.kept(body: Array("a=b".utf8), pathAndQuery: "/webhooks/twilio?key=x\ny?z")
    #expect(String(decoding: kept, as: UTF8.self) == "key=xy?z\na=b")
    #expect(webhook.kept(body: [], pathAndQuery: "/webhooks/twilio") == [0x0a])
  }
}
