import Testing
import VoicePipeline

@testable import ChatBridge

@Suite("Contents of the outbox")
struct OutgoingContentTests {
  private static let choices = [
    ReplyChoice(id: "a", title: "A", description: "of two"), ReplyChoice(id: "b", title: "B"),
  ]

  @Test(
    "each comes back as it was kept",
    arguments: [
      OutgoingContent.text("mañana \"👍\"\n"), .text(""), .choices("Which?", choices, open: "See"),
      .numbered("1. A\n2. B", choices), .voiceNote(transcript: "hello"),
      .template(name: "reopen", language: "es", values: ["Ana", ""]), .template(name: "x", language: "en", values: []),
    ])
  func roundTrip(content: OutgoingContent) {
    #expect(OutgoingContent(payload: content.payload) == content)
  }

  @Test(
    "what another version wrote is not guessed at",
    arguments: [
      "", "{}", "[]", "null", "text", "{\"poem\":{\"_0\":\"x\"}}", "{\"text\":{}}", "{\"text\":{\"_0\":1}}",
      "{\"text\":{\"_0\":\"a\"},\"voiceNote\":{\"transcript\":\"b\"}}",
    ])
  func foreign(payload: String) {
    #expect(OutgoingContent(payload: payload) == nil)
  }

  @Test("each knows its kind and its words")
  func kinds() {
    #expect(OutgoingContent.text("a").kind == "text" && OutgoingContent.text("a").text == "a")
    let choices = OutgoingContent.choices("q", Self.choices, open: "o")
    #expect(choices.kind == "interactive" && choices.text == "q")
    let numbered = OutgoingContent.numbered("q", Self.choices)
    #expect(numbered.kind == "text" && numbered.text == "q")
    let note = OutgoingContent.voiceNote(transcript: "said")
    #expect(note.kind == "audio" && note.text == "said")
    let template = OutgoingContent.template(name: "n", language: "es", values: ["Ana", "42"])
    #expect(template.kind == "template" && template.text == "Ana 42")
  }

  @Test("only a template may open a conversation")
  func opening() {
    #expect(OutgoingContent.template(name: "n", language: "es", values: []).opensConversation)
    #expect(
      !OutgoingContent.text("x").opensConversation && !OutgoingContent.voiceNote(transcript: "").opensConversation)
  }
}
