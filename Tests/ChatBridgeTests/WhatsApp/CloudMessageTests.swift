import JSON
import Store
import Testing

@testable import ChatBridge

@Suite("Messages of WhatsApp")
struct CloudMessageTests {
  private typealias Fixture = CloudFixture

  private static let phone = CustomerIdentity(.phone, "15557770000")
  private static let user = CustomerIdentity(.whatsappUser, "US.13491208655302741918")

  @Test("every type is read, with its sender, time and kind", arguments: CloudFixture.types.map(\.fields))
  func types(fields: String) throws {
    let type = try #require(Fixture.types.first { $0.fields == fields }).type
    let delivery = Fixture.read(Fixture.messages(Fixture.message(fields)))
    let message = try #require(Fixture.incoming(in: delivery))
    #expect(delivery.problem == nil)
    #expect(message.channel == "whatsapp" && message.account == Fixture.number && message.channelID == "wamid.AAA")
    #expect(message.identities == [Self.user, Self.phone] && message.name == "Ana" && message.kind == type)
    #expect(message.sentAt == Timestamp(seconds: 1_790_000_000))
  }

  @Test("text is the text, whole")
  func text() {
    let message = Fixture.incoming(Fixture.types[0].fields)
    #expect(message?.text == "hola" && message?.detail == nil && message?.wantsAnswer == true)
    let long = Fixture.incoming(#""type":"text","text":{"body":"\#(String(repeating: "x", count: 65_536))"}"#)
    #expect(long?.text.count == 65_536)
  }

  @Test("what comes with media is kept for fetching it, and its caption is its text", arguments: 1...5)
  func media(index: Int) {
    let (type, fields) = Fixture.types[index]
    let message = Fixture.incoming(fields)
    let detail = message?.detail.flatMap { JSONValue(Array($0.utf8)) }
    #expect(detail?["id"] == "MEDIA" && detail?["mime_type"]?.string?.isEmpty == false)
    #expect(message?.text == ["image": "factura", "video": "mira"][type, default: ""] && message?.wantsAnswer == true)
    if type == "audio" {
      #expect(detail?["voice"] == true && detail?["url"]?.string?.hasPrefix("https://look") == true)
    }
    if type == "document" { #expect(detail?["filename"] == "a.pdf") }
  }

  @Test(
    "places, contacts and orders are kept with all they say, and answered",
    arguments: ["location", "contacts", "order"])
  func details(type: String) throws {
    let fields = try #require(Fixture.types.first { $0.type == type }).fields
    let message = Fixture.incoming(fields)
    let detail = try #require(message?.detail.flatMap { JSONValue(Array($0.utf8)) })
    switch type {
    case "location": #expect(detail["latitude"] == .number(4.6) && detail["name"] == "Café")
    case "contacts": #expect(detail.array.first?["name"]?["formatted_name"] == "Luis P")
    default: #expect(detail["product_items"]?.array.first?["quantity"] == 1)
    }
    #expect(message?.text.isEmpty == true && message?.wantsAnswer == true)
  }

  @Test("a reaction is kept and not answered, also one that is taken back")
  func reactions() {
    let thumb = Fixture.incoming(#""type":"reaction","reaction":{"message_id":"wamid.BBB","emoji":"\ud83d\udc4d"}"#)
    #expect(thumb?.wantsAnswer == false && thumb?.detail?.contains("👍") == true)
    let none = Fixture.incoming(#""type":"reaction","reaction":{"message_id":"wamid.BBB"}"#)
    #expect(none?.wantsAnswer == false)
  }

  @Test("a tap says what stands on the button, and names the message it belongs to")
  func taps() {
    let taps = Fixture.types.filter { $0.type == "button" || $0.type == "interactive" }.map {
      Fixture.incoming($0.fields)
    }
    #expect(taps.map { $0?.text } == ["Sí", "Hablar con un agente", "Saldo", "", "Sent"])
    #expect(taps.map { $0?.wantsAnswer } == [true, true, true, false, true])
    #expect(taps.map { $0?.replyTo } == ["wamid.OUT", "wamid.OUT", nil, nil, nil])
    #expect(taps[0]?.detail?.contains("PAY") == true && taps[1]?.detail?.contains("agent") == true)
  }

  @Test("what WhatsApp itself can't show is kept and answered, so that the customer learns of it")
  func unsupported() {
    let message = Fixture.incoming(#""type":"unsupported","errors":[{"code":131051}],"unsupported":{"type":"poll"}"#)
    #expect(message?.wantsAnswer == true && message?.detail?.contains("131051") == true)
  }

  @Test("a type that nobody knows yet is kept with all it says, and not answered")
  func unknown() {
    let message = Fixture.incoming(#""type":"hologram","hologram":{"x":[1,{"y":null}]}"#)
    #expect(message?.kind == "hologram" && message?.wantsAnswer == false && message?.text == "")
    #expect(message?.detail?.contains(#""hologram":{"x":[1,{"y":null}]}"#) == true)
    #expect(Fixture.incoming(#""x":1"#)?.kind == "unknown")
    #expect(Fixture.incoming(#""type":"\#(String(repeating: "x", count: 1000))""#)?.kind.count == 64)
  }

  @Test("replies name what they answer, forwarded messages and those from a product do not")
  func contexts() {
    let text = #""type":"text","text":{"body":"x"}"#
    #expect(Fixture.incoming(text + #","context":{"from":"1","id":"wamid.Q"}"#)?.replyTo == "wamid.Q")
    #expect(Fixture.incoming(text + #","context":{"forwarded":true}"#)?.replyTo == nil)
    #expect(Fixture.incoming(text + #","context":{"referred_product":{"catalog_id":"1"}}"#)?.replyTo == nil)
    #expect(Fixture.incoming(text + #","referral":{"source_url":"https://x","headline":"h"}"#)?.text == "x")
  }

  // MARK: Who it is from

  private func identities(_ message: String, contacts: String?) -> [CustomerIdentity]? {
    let text = #","id":"w","timestamp":"1790000000","type":"text","text":{"body":"x"}}"#
    return Fixture.incoming(in: Fixture.read(Fixture.messages(message + text, contacts: contacts)))?.identities
  }

  @Test("without contacts the message itself names its sender")
  func noContacts() {
    #expect(identities(#"{"from":"15557770000""#, contacts: nil) == [Self.phone])
    #expect(
      identities(#"{"from":"15557770000","from_user_id":"US.13491208655302741918""#, contacts: "[]") == [
        Self.user, Self.phone,
      ])
  }

  @Test("who hides their number is known by their user id")
  func userOnly() {
    #expect(identities(#"{"from_user_id":"US.13491208655302741918""#, contacts: nil) == [Self.user])
    let contacts = #"[{"profile":{"name":"Ana"},"user_id":"US.13491208655302741918"}]"#
    #expect(identities(#"{"from_user_id":"US.13491208655302741918""#, contacts: contacts) == [Self.user])
    #expect(identities(#"{"x":1"#, contacts: contacts) == [Self.user])
  }

  @Test("a single contact is the sender, also under another spelling of the number")
  func singleContact() {
    let contacts = #"[{"wa_id":"5215550001","user_id":"MX.1"}]"#
    let expected = [CustomerIdentity(.whatsappUser, "MX.1"), CustomerIdentity(.phone, "525550001")]
    #expect(identities(#"{"from":"525550001""#, contacts: contacts) == expected)
  }

  @Test("a contact of another user lends its number to nobody")
  func foreignContact() {
    let contacts = #"[{"profile":{"name":"Eva"},"wa_id":"15558880000","user_id":"US.2"}]"#
    #expect(identities(#"{"from_user_id":"US.1""#, contacts: contacts) == [CustomerIdentity(.whatsappUser, "US.1")])
  }

  @Test("of several contacts each message gets its own")
  func severalContacts() {
    let contacts =
      #"[{"wa_id":"15550000001","user_id":"US.1"},{"wa_id":"15550000002","user_id":"US.2"},{"wa_id":"15550000003"}]"#
    #expect(
      identities(#"{"from":"15550000002""#, contacts: contacts)
        == [CustomerIdentity(.whatsappUser, "US.2"), CustomerIdentity(.phone, "15550000002")])
    #expect(
      identities(#"{"from_user_id":"US.1""#, contacts: contacts)
        == [CustomerIdentity(.whatsappUser, "US.1"), CustomerIdentity(.phone, "15550000001")])
    #expect(identities(#"{"from":"15550000009""#, contacts: contacts) == [CustomerIdentity(.phone, "15550000009")])
  }

  @Test("a message of nobody, or without an id, is noted and nothing else")
  func nobody() {
    for message in [
      #"{"id":"w","type":"text"}"#, #"{"from":"","id":"w"}"#, #"{"from":"not a number","id":"w"}"#,
      #"{"from":15557770000,"id":"w"}"#, #"{"from":"15557770000"}"#, #"{"from":"15557770000","id":""}"#,
      #"{"from":"15557770000","id":7}"#, "{}", "[]", "7", "null", "\"x\"",
      #"{"from_user_id":"\#(String(repeating: "x", count: 201))","id":"w"}"#,
    ] {
      let delivery = Fixture.read(Fixture.messages(message, contacts: nil))
      #expect(delivery.updates.isEmpty && delivery.problem == "a message without sender or id", "\(message)")
    }
  }

  // MARK: News about the customer and their messages

  private func change(_ fields: String) -> ChannelUpdate? {
    Fixture.read(Fixture.messages(#"{"id":"w","timestamp":"1790000000","type":"system",\#(fields)}"#, contacts: nil))
      .updates.first
  }

  @Test("a customer who changes their number is the same customer")
  func numberChange() {
    let time = Timestamp(seconds: 1_790_000_000)
    let new = CustomerIdentity(.phone, "15557779999")
    let expected = ChannelUpdate.identityChanged(channel: "whatsapp", from: Self.phone, to: [new], at: time)
    #expect(change(#""from":"15557770000","system":{"wa_id":"15557779999","type":"user_changed_number"}"#) == expected)
    #expect(change(#""from":"15557770000","system":{"new_wa_id":"15557779999"}"#) == expected)
    #expect(
      change(#""from":"15557770000","from_user_id":"US.1","system":{"wa_id":"15557779999","user_id":"US.2"}"#)
        == .identityChanged(
          channel: "whatsapp", from: Self.phone, to: [CustomerIdentity(.whatsappUser, "US.2"), new], at: time))
    #expect(
      change(#""from_user_id":"US.1","system":{"user_id":"US.2"}"#)
        == .identityChanged(
          channel: "whatsapp", from: CustomerIdentity(.whatsappUser, "US.1"),
          to: [CustomerIdentity(.whatsappUser, "US.2")], at: time))
  }

  @Test(
    "other facts about a customer change no identity",
    arguments: [
      #""from":"15557770000","from_user_id":"US.1","system":{"wa_id":"15557770000","type":"customer_identity_changed"}"#,
      #""from":"15557770000","system":{"body":"hello"}"#, #""from":"15557770000""#,
      #""from":"15557770000","system":{"wa_id":"x","user_id":""}"#, #""from":"15557770000","system":7"#,
    ])
  func otherSystemMessages(fields: String) {
    guard case .message(let message) = change(fields) else {
      Issue.record("it is no message")
      return
    }
    #expect(message.kind == "system" && !message.wantsAnswer)
  }

  @Test("what a customer changes or takes back afterwards is told")
  func edits() {
    func update(_ fields: String) -> ChannelUpdate? {
      Fixture.read(Fixture.messages(Fixture.message(fields))).updates.first
    }
    #expect(
      update(#""type":"edit","edit":{"original_message_id":"wamid.O","message":{"type":"text","text":{"body":"new"}}}"#)
        == .edited(channel: "whatsapp", message: "wamid.O", text: "new"))
    #expect(
      update(
        #""type":"edit","edit":{"original_message_id":"wamid.O","message":{"type":"image","image":{"caption":"new"}}}"#)
        == .edited(channel: "whatsapp", message: "wamid.O", text: "new"))
    #expect(
      update(#""type":"revoke","revoke":{"original_message_id":"wamid.O"}"#)
        == .revoked(channel: "whatsapp", message: "wamid.O"))
    #expect(Fixture.incoming(#""type":"edit","edit":{}"#)?.wantsAnswer == false)
    #expect(Fixture.incoming(#""type":"revoke""#)?.wantsAnswer == false)
  }
}
