import Testing
import VoicePipeline

@testable import ChatBridge
@testable import Store

@Suite("What a dialogue is told of the past")
struct ConversationHistoryTests {
  private static let now = Timestamp(milliseconds: 1_795_838_400_000)

  private func record(
    _ author: MessageAuthor, _ text: String, ago: Duration = .zero, kind: String = "text", detail: String? = nil,
    channel: String = "whatsapp", state: MessageState = .answered
  ) -> MessageRecord {
    MessageRecord(
      sequence: 1, id: "msg", conversation: "conv", channel: channel, account: nil, author: author, kind: kind,
      text: text, detail: detail, sentAt: Self.now.advanced(by: .zero - ago), state: state)
  }

  /// What is told of `messages` beside where and when they were said.
  private func said(_ messages: MessageRecord...) -> [DialogueMessage] {
    Array(ConversationHistory.dialogue(messages, at: Self.now).dropFirst())
  }

  @Test("of nothing nothing is told")
  func empty() {
    #expect(ConversationHistory.dialogue([], at: Self.now).isEmpty)
  }

  @Test("customer, assistant, colleagues and facts keep their roles")
  func roles() {
    #expect(
      said(record(.customer, "Hi"), record(.assistant, "Hello"), record(.person, "Me"), record(.system, "A fact"))
        == [
          DialogueMessage(.caller, "Hi"), DialogueMessage(.assistant, "Hello"),
          DialogueMessage(.system, "A colleague of yours said to the customer: Me"), DialogueMessage(.system, "A fact"),
        ])
  }

  @Test("what was never delivered was not said", arguments: [MessageState.failed, .withdrawn])
  func undelivered(state: MessageState) {
    #expect(ConversationHistory.dialogue([record(.assistant, "Lost", state: state)], at: Self.now).isEmpty)
  }

  @Test("things without words are named, taken back ones are not")
  func wordless() {
    #expect(said(record(.customer, "", kind: "sticker")) == [DialogueMessage(.caller, "(sent: sticker)")])
    for kind in ["text", "speech", "revoked"] {
      #expect(ConversationHistory.dialogue([record(.customer, "", kind: kind)], at: Self.now).isEmpty)
    }
    #expect(said(record(.customer, "a bill", kind: "image")) == [DialogueMessage(.caller, "a bill")])
  }

  @Test("a reaction is told, one that was taken back or is broken is not")
  func reactions() {
    let thumb = record(.customer, "", kind: "reaction", detail: #"{"message_id":"x","emoji":"👍"}"#)
    #expect(said(thumb) == [DialogueMessage(.caller, "(reacted with 👍)")])
    for detail in [#"{"emoji":""}"#, "{}", "x", "[]", nil] {
      let reaction = record(.customer, "", kind: "reaction", detail: detail)
      #expect(ConversationHistory.dialogue([reaction], at: Self.now).isEmpty)
    }
  }

  @Test("place and time are told at the beginning, after a pause and when the channel changes")
  func places() {
    let facts = ConversationHistory.dialogue(
      [
        record(.customer, "1", ago: .seconds(72 * 3600), channel: "phone"),
        record(.assistant, "2", ago: .seconds(72 * 3600 - 60), channel: "phone"),
        record(.customer, "3", ago: .seconds(71 * 3600)),
        record(.customer, "4", ago: .seconds(3600)),
        record(.customer, "5", ago: .seconds(60)),
      ], at: Self.now
    ).map(\.text)
    #expect(
      facts == [
        "What follows was said on the phone, 3 days ago (2026-11-25).", "1", "2",
        "What follows was said in writing, on WhatsApp, 2 days ago (2026-11-25).", "3",
        "What follows was said in writing, on WhatsApp, 1 hour ago (2026-11-28).", "4", "5",
      ])
  }

  @Test("times at the ends of time do not trap", arguments: [Int64.min, 0, .max])
  func extremes(milliseconds: Int64) {
    var old = record(.customer, "Hi")
    old.sentAt = Timestamp(milliseconds: milliseconds)
    for now in [Int64.min, 0, .max] {
      #expect(ConversationHistory.dialogue([old, old], at: Timestamp(milliseconds: now)).count == 3)
    }
  }
}
