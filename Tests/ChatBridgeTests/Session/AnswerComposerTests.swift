import Testing
import VoicePipeline

@testable import ChatBridge

@Suite("Answers in the form of a channel")
struct AnswerComposerTests {
  private let composer = AnswerComposer(limits: .whatsApp, open: "See options")

  private func choices(_ titles: String...) -> [ReplyChoice] { titles.map { ReplyChoice(id: "id-\($0)", title: $0) } }

  @Test("words are one message, and none are none")
  func text() {
    #expect(composer.messages(" Hello \n", choices: []) == [.text("Hello")])
    #expect(composer.messages(" \n", choices: []).isEmpty)
  }

  @Test("a long text is several messages")
  func longText() {
    let messages = composer.messages(String(repeating: "A sentence. ", count: 1000), choices: [])
    #expect(messages.count == 3)
    #expect(messages.allSatisfy { $0.text.count <= 4096 && $0.kind == "text" })
  }

  @Test("up to three short choices are buttons under the text")
  func buttons() {
    let three = choices("Yes", "No", "Exactly twenty chars")
    #expect(composer.messages("Well?", choices: three) == [.choices("Well?", three, open: "See options")])
  }

  @Test("more choices, longer titles or descriptions are a list")
  func list() {
    let four = choices("1", "2", "3", "4")
    #expect(composer.messages("Which?", choices: four) == [.choices("Which?", four, open: "See options")])
    let described = [ReplyChoice(id: "a", title: "A", description: String(repeating: "d", count: 72))]
    let text = String(repeating: "x", count: 4096)
    // A list takes a longer text than buttons do.
    #expect(composer.messages(text, choices: described) == [.choices(text, described, open: "See options")])
    let long = choices("Exactly 24 characters .", "B")
    #expect(composer.messages(text, choices: long) == [.choices(text, long, open: "See options")])
  }

  @Test("a text too long for buttons stands before them")
  func longTextBeforeButtons() {
    let text = String(repeating: "x", count: 1025)
    let offered = choices("Yes", "No")
    #expect(
      composer.messages(text, choices: offered) == [.text(text), .choices("See options", offered, open: "See options")])
  }

  @Test("of a text in several pieces the last has the buttons")
  func piecesBeforeButtons() {
    let text = String(repeating: "x", count: 4096) + " short end"
    let messages = composer.messages(text, choices: choices("Yes"))
    #expect(messages.map(\.kind) == ["text", "interactive"] && messages.last?.text == "short end")
  }

  @Test("choices without a text have one of their own")
  func noText() {
    let offered = choices("Yes", "No")
    #expect(composer.messages("", choices: offered) == [.choices("See options", offered, open: "See options")])
  }

  @Test(
    "what can't be buttons nor a list is numbered",
    arguments: [
      (0..<11).map { ReplyChoice(id: "\($0)", title: "Choice \($0)") },
      [ReplyChoice(id: "a", title: "A title of twenty-five ch")],
      [ReplyChoice(id: "a", title: "👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻")],
      [ReplyChoice(id: "a", title: "A", description: String(repeating: "d", count: 73))],
      [ReplyChoice(id: "a", title: "Same"), ReplyChoice(id: "b", title: "Same")],
      [ReplyChoice(id: "a", title: "One"), ReplyChoice(id: "a", title: "Two")],
      [ReplyChoice(id: "", title: "One")],
      [ReplyChoice(id: "a", title: " ")],
    ])
  func numbered(offered: [ReplyChoice]) {
    let list = offered.enumerated().map { "\($0.offset + 1). \($0.element.title)" }.joined(separator: "\n").trimmed
    #expect(composer.messages("Which?", choices: offered) == [.numbered("Which?\n\n\(list)", offered)])
  }

  @Test("on a channel without buttons all choices are numbered, also without a text")
  func noButtons() {
    var limits = ChannelLimits.whatsApp
    limits.buttons = 0
    limits.listRows = 0
    let plain = AnswerComposer(limits: limits, open: "See options")
    let offered = choices("Yes", "No")
    #expect(plain.messages("Well?", choices: offered) == [.numbered("Well?\n\n1. Yes\n2. No", offered)])
    #expect(plain.messages("", choices: offered) == [.numbered("1. Yes\n2. No", offered)])
  }

  @Test("a long text with a numbered list keeps the limit, and the last piece knows the choices")
  func longNumbered() {
    let offered = (0..<11).map { ReplyChoice(id: "\($0)", title: "Choice \($0)") }
    let messages = composer.messages(String(repeating: "A sentence. ", count: 700), choices: offered)
    #expect(messages.allSatisfy { $0.text.length <= 4096 })
    guard case .numbered(let text, let kept) = messages.last else {
      Issue.record("the last is not numbered")
      return
    }
    #expect(text.hasSuffix("11. Choice 10") && kept == offered)
  }
}

@Suite("What a dialogue answered")
struct DialogueAnswerTests {
  @Test("pieces of text are joined as they are, and the last choices count")
  func pieces() {
    var answer = DialogueAnswer()
    let first = [ReplyChoice(id: "a", title: "A")]
    let last = [ReplyChoice(id: "b", title: "B")]
    for event: ReplyEvent in [.text("Hel"), .choices(first), .text("lo"), .choices(last), .hangUp] {
      answer.take(event)
    }
    #expect(answer == DialogueAnswer(text: "Hello", choices: last))
  }

  @Test("what would be sent to the customer's phone is said here")
  func message() {
    var answer = DialogueAnswer()
    answer.take(.sendMessage("The address"))
    #expect(answer.text == "The address")
    answer.take(.sendMessage("The time"))
    #expect(answer.text == "The address\n\nThe time")
  }

  @Test("that a person or a call is wanted is remembered")
  func wishes() {
    var answer = DialogueAnswer()
    answer.take(.transferToHuman(reason: "angry"))
    answer.take(.callCustomer)
    #expect(answer.transfer == "angry" && answer.callsCustomer && answer.text.isEmpty)
  }
}
