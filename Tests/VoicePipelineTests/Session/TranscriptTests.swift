import Testing

@testable import VoicePipeline

@Suite("What was said")
struct TranscriptTests {
  private let history = [DialogueMessage(.caller, "earlier")]

  @Test("the caller's text is settled once: until then the turn may grow, and facts wait behind it")
  func unsettled() {
    var transcript = Transcript(history: history)
    transcript.answering("book", turn: 1)
    transcript.tell("a fact")
    transcript.answering("book a table", turn: 1)
    #expect(
      transcript.messages(answering: "book a table") == history + [
        DialogueMessage(.caller, "book a table"), DialogueMessage(.system, "a fact"),
      ])
    #expect(transcript.messages.isEmpty)
    let settled = transcript.commit()
    let again = transcript.commit()
    #expect(settled?.turn == 1 && settled?.text == "book a table" && again == nil)
    transcript.tell("another")
    transcript.add(.assistant, "Done", wasInterrupted: true)
    transcript.add(.assistant, "")
    #expect(
      transcript.messages == [
        DialogueMessage(.caller, "book a table"), DialogueMessage(.system, "a fact"),
        DialogueMessage(.system, "another"), DialogueMessage(.assistant, "Done", wasInterrupted: true),
      ])
  }

  @Test("a text is sent on another channel once a turn, and as often as it likes beside one")
  func aside() {
    var transcript = Transcript(history: [])
    let sent = [(1, "a"), (1, "a"), (1, "b"), (2, "a"), (1, "b"), (nil, "x"), (nil, "x")].map { turn, text in
      transcript.sends(text, turn: turn)
    }
    #expect(sent == [true, false, true, true, true, true, true])
  }
}
