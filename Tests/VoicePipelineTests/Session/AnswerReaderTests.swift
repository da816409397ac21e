import Testing

@testable import VoicePipeline

@Suite("Reading an answer")
struct AnswerReaderTests {
  private static let finding = EscalationFinding(kind: .falsePromise, reason: "insists")

  /// What is spoken of `events` if sentences with "promise" are judged by `verdict`.
  private func read(
    _ events: [ReplyEvent], _ verdict: DraftVerdict = .regenerate(instruction: "again")
  ) -> (spoken: [String], outcome: AnswerReader.Outcome) {
    var reader = AnswerReader()
    var spoken: [String] = []
    func admit(_ sentences: [String]) {
      for sentence in sentences {
        let judged = reader.wantsVerdict && sentence.contains("promise") ? verdict : .ok
        if reader.admit(sentence, judged) { spoken.append(sentence) }
      }
    }
    for event in events { admit(reader.take(event)) }
    admit(reader.finish())
    return (spoken, reader.outcome)
  }

  @Test("sentences are spoken as they are whole, the last at the end")
  func sentences() {
    let (spoken, outcome) = read([.text("It is "), .text("noon. Anything"), .text(" else")])
    #expect(spoken == ["It is noon.", "Anything else"])
    #expect(outcome == .said(then: .listen))
  }

  @Test("a promise is held back with all that follows it, and what was let through before is known")
  func promise() {
    let (spoken, outcome) = read([.text("Good question. I promise. Bye.")])
    #expect(spoken == ["Good question."])
    #expect(outcome == .promised(instruction: "again", said: "Good question."))
    #expect(read([.text("I promise.")], .escalate(Self.finding)).outcome == .insists(Self.finding))
  }

  @Test("with a person on the way the promise is kept, and spoken")
  func kept() {
    let (spoken, outcome) = read([
      .text("I promise. Someone calls"), .transferToHuman(reason: "refund"), .text("I promise more."),
    ])
    #expect(spoken == ["I promise.", "Someone calls", "I promise more."])
    #expect(outcome == .said(then: .transfer(.dialogue(reason: "refund"))))
  }

  @Test("hanging up does not take the place of a person; buttons and messages are not spoken")
  func deeds() {
    #expect(read([.text("Bye."), .hangUp]).outcome == .said(then: .hangUp))
    #expect(
      read([.transferToHuman(reason: "r"), .hangUp]).outcome == .said(then: .transfer(.dialogue(reason: "r"))))
    let (spoken, outcome) = read([.choices([ReplyChoice(id: "a", title: "a")]), .callCustomer, .sendMessage("x")])
    #expect(spoken.isEmpty && outcome == .said(then: .listen))
  }
}
