import struct TestSupport.SeededGenerator
import JSON
import Store
import Testing
import VoicePipeline

@testable import ChatBridge

@Suite("Messages as the Cloud API takes them")
struct CloudBodyTests {
  private func body(
    _ content: OutgoingContent, phone: String? = "15557770000", user: String? = nil, replyTo: String? = nil,
    media: String? = nil, isVoice: Bool = true
  ) -> JSONValue {
    let thread = ChatThread(channel: "whatsapp", account: "106540000000001", phone: phone, user: user)
    let message = ChannelMessage(key: "msg_01H", recipient: thread, replyTo: replyTo, content: content)
    return CloudBody.message(message, media: media, isVoice: isVoice)
  }

  /// `json` with what every message has.
  private func expected(_ json: String, to: String = #""to":"+15557770000""#) -> JSONValue? {
    JSONValue(
      Array(
        #"{"messaging_product":"whatsapp","recipient_type":"individual",\#(to),"biz_opaque_callback_data":"msg_01H",\#(json)}"#
          .utf8))
  }

  @Test("text, with a preview where there is a link")
  func text() {
    #expect(body(.text("hola")) == expected(#""type":"text","text":{"body":"hola","preview_url":false}"#))
    let link = "see https://example.com"
    #expect(body(.text(link)) == expected(#""type":"text","text":{"body":"\#(link)","preview_url":true}"#))
    let numbered = OutgoingContent.numbered("1. A", [ReplyChoice(id: "a", title: "A")])
    #expect(body(numbered) == expected(#""type":"text","text":{"body":"1. A","preview_url":false}"#))
  }

  @Test("an answer names what it answers")
  func reply() {
    #expect(
      body(.text("x"), replyTo: "wamid.IN")
        == expected(#""type":"text","text":{"body":"x","preview_url":false},"context":{"message_id":"wamid.IN"}"#))
  }

  @Test("who hides their number is reached by their user id; whoever shows one, by that")
  func recipients() {
    let json = #""type":"text","text":{"body":"x","preview_url":false}"#
    #expect(body(.text("x"), phone: nil, user: "US.1") == expected(json, to: #""recipient":"US.1""#))
    #expect(body(.text("x"), user: "US.1") == expected(json))
  }

  @Test("up to three short choices are buttons")
  func buttons() {
    let choices = [ReplyChoice(id: "y", title: "Yes"), ReplyChoice(id: "n", title: "No")]
    #expect(
      body(.choices("Well?", choices, open: "See"))
        == expected(
          #""type":"interactive","interactive":{"type":"button","body":{"text":"Well?"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}},{"type":"reply","reply":{"id":"n","title":"No"}}]}}"#
        ))
  }

  @Test(
    "more choices, longer titles or descriptions are a list",
    arguments: [
      (0..<4).map { ReplyChoice(id: "\($0)", title: "T\($0)") }, [ReplyChoice(id: "a", title: "A title of 21 letters")],
      [ReplyChoice(id: "a", title: "A", description: "d")], [ReplyChoice(id: "a", title: "👍👍👍👍👍👍👍👍👍👍👍")],
    ])
  func list(choices: [ReplyChoice]) {
    let rows = choices.map { choice in
      let description = choice.description.map { #","description":"\#($0)""# } ?? ""
      return #"{"id":"\#(choice.id)","title":"\#(choice.title)"\#(description)}"#
    }
    #expect(
      body(.choices("Which?", choices, open: "See"))
        == expected(
          #""type":"interactive","interactive":{"type":"list","body":{"text":"Which?"},"action":{"button":"See","sections":[{"rows":[\#(rows.joined(separator: ","))]}]}}"#
        ))
  }

  @Test("what the composer takes for buttons is sent as buttons, and a list as a list", arguments: 1...20)
  func agreesWithComposer(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let choices = (0..<Int.random(in: 1...12, using: &random)).map { index in
        ReplyChoice(
          id: "\(index)", title: "\(index)" + String(repeating: "👍", count: .random(in: 0...12, using: &random)),
          description: Int.random(in: 0..<8, using: &random) == 0 ? "d" : nil)
      }
      let text = String(repeating: "x", count: 2000)
      let composed = AnswerComposer(limits: .whatsApp, open: "See").messages(text, choices: choices)
      for content in composed {
        let sent = body(content)
        guard let kind = sent["interactive"]?["type"] else { continue }
        // Buttons take no text of 2,000 characters, a list does.
        #expect(kind == (composed.count == 1 ? "list" : "button"), "seed \(seed)")
        #expect((sent["interactive"]?["body"]?["text"]?.string?.count ?? 0) <= (kind == "list" ? 4096 : 1024))
      }
    }
  }

  @Test("a voice note, an ordinary recording when it is too long for one, and its words when it has no sound")
  func voiceNote() {
    let note = OutgoingContent.voiceNote(transcript: "said https://x")
    #expect(body(note, media: "M") == expected(#""type":"audio","audio":{"id":"M","voice":true}"#))
    #expect(body(note, media: "M", isVoice: false) == expected(#""type":"audio","audio":{"id":"M"}"#))
    #expect(body(note) == expected(#""type":"text","text":{"body":"said https://x","preview_url":false}"#))
  }

  @Test("a template with its values, or without any")
  func template() {
    #expect(
      body(.template(name: "reopen_case", language: "es", values: ["Ana", "42"]))
        == expected(
          #""type":"template","template":{"name":"reopen_case","language":{"code":"es"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"42"}]}]}"#
        ))
    #expect(
      body(.template(name: "reopen", language: "es", values: []))
        == expected(#""type":"template","template":{"name":"reopen","language":{"code":"es"}}"#))
  }

  @Test("read and writing is one request")
  func typing() {
    let json =
      #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN","typing_indicator":{"type":"text"}}"#
    #expect(CloudBody.typing(for: "wamid.IN") == JSONValue(Array(json.utf8)))
  }

  @Test("a customer's odd characters stay inside their string")
  func injection() {
    let text = "\",\"to\":\"+1\u{0}\n\\"
    let again = JSONValue(Array(body(.text(text)).text.utf8))
    #expect(again?["text"]?["body"]?.string == text && again?["to"] == "+15557770000")
  }
}
