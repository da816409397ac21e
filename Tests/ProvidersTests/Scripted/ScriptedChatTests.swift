import Foundation
import Testing

@testable import Providers
@testable import VoicePipeline

@Suite("Scripted dialogue in a chat")
struct ScriptedChatTests {
  private static let everywhere = Set(DialogueAbility.allCases)

  /// What `dialogue` answers to `text` after `history`.
  private func ask(
    _ dialogue: any Dialogue, _ text: String, after history: [DialogueMessage] = [], medium: DialogueMedium = .chat,
    abilities: Set<DialogueAbility> = [.transferToHuman, .endConversation, .offerChoices, .callCustomer]
  ) async throws -> [ReplyEvent] {
    var events: [ReplyEvent] = []
    let context = DialogueContext(
      instructions: "", language: "en", messages: history + [DialogueMessage(.caller, text)], medium: medium,
      abilities: abilities)
    for try await event in dialogue.reply(to: context) { events.append(event) }
    return events
  }

  private func model(_ yamlLikeJSON: String) throws -> ScriptedLanguageModel {
    let definition = try JSONDecoder().decode(ScriptedDialogueDefinition.self, from: Data(yamlLikeJSON.utf8))
    return try ScriptedLanguageModel(definition, language: "en")
  }

  private func problems(_ json: String) -> [String] {
    do {
      _ = try model(json)
      return []
    } catch {
      return (error as? ScriptedDialogueProblems)?.problems.map(\.description) ?? ["\(error)"]
    }
  }

  private let builtIn = ScriptedDialogueDefinition.builtInEnglish

  // MARK: Memory

  @Test("a dialogue goes on exactly where its memory was taken")
  func resumed() async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    let first = model.makeDialogue()
    _ = try await ask(first, "book an appointment")
    _ = try await ask(first, "on tuesday", after: [DialogueMessage(.caller, "book an appointment")])
    let memory = try #require(first.memory)
    let second = model.makeDialogue(resuming: memory)
    #expect(second.memory == memory)
    #expect(try await ask(second, "at noon") == [.text("That is tuesday at twelve o'clock. Shall I book it?")])
  }

  @Test("a new session begins at the beginning and keeps the facts")
  func newSession() async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    let first = model.makeDialogue()
    let asked = try await ask(first, "what is my account balance")
    #expect(asked == [.text("Please tell me your four digit account number.")])
    _ = try await ask(first, "1234", after: [DialogueMessage(.caller, "what is my account balance")])
    let second = model.makeDialogue(resuming: first.memory, asNewSession: true)
    #expect(await second.hint() == model.makeDialogue().hint())
    #expect(
      try await ask(second, "what is my account balance")
        == [.text("The balance of account 1234 is two thousand three hundred and forty dollars.")])
  }

  @Test(
    "a memory that is not ours is ignored",
    arguments: ["", "{}", "null", "[1", #"{"kind":"other","state":"account","slots":{},"misses":0,"uses":{}}"#])
  func foreign(text: String) async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    #expect(model.makeDialogue(resuming: DialogueMemory(text: text)).memory == model.makeDialogue().memory)
  }

  @Test("a memory with counts and names that can't be does no harm")
  func hostile() async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    for count in [Int.min, -1, Int.max] {
      let memory = DialogueMemory(
        text: """
          {"kind":"scripted","state":"nowhere","slots":{"x":"1","account":"1234"},"misses":\(count),\
          "uses":{"intents[2]":\(count)}}
          """)
      let dialogue = model.makeDialogue(resuming: memory)
      #expect(dialogue.memory?.text.contains("\"slots\":{\"account\":\"1234\"}") == true)
      let there = DialogueMemory(text: memory.text.replacingOccurrences(of: "nowhere", with: "account"))
      #expect(try await ask(model.makeDialogue(resuming: there), "purple").count == 1)
      #expect(try await ask(model.makeDialogue(resuming: there), "when do you open").count == 1)
    }
    let large = DialogueMemory(text: String(repeating: " ", count: 65 << 10))
    #expect(model.makeDialogue(resuming: large).memory == model.makeDialogue().memory)
  }

  @Test("`*` in `when` means that the slot is known")
  func known() async throws {
    let model = try model(
      """
      {"start": "main", "slots": {"name": {"type": "free"}}, "intents": [
        {"phrases": ["who am i"], "cases": [{"when": {"name": "*"}, "say": "You are {name}."}], "say": "No idea."},
        {"phrases": ["my name is {name}"], "say": "Hello {name}."}], "states": {"main": {}}}
      """)
    let dialogue = model.makeDialogue()
    #expect(try await ask(dialogue, "who am I") == [.text("No idea.")])
    let history = [DialogueMessage(.caller, "who am I")]
    #expect(try await ask(dialogue, "my name is Ana", after: history) == [.text("Hello ana.")])
    #expect(
      try await ask(dialogue, "who am I", after: history + history) == [.text("You are ana.")])
  }

  // MARK: Choices

  private static let menu = """
    {"start": "main", "slots": {"day": {"type": "values", "values": {"monday": [], "friday": []}}},
     "intents": [{"phrases": ["help me"], "say": "What is it?", "goto": "main",
       "choices": [{"id": "hours", "title": "Opening hours", "description": "When we are here"}, "Visit us"]}],
     "states": {
       "main": {"expect": [{"phrases": ["opening hours"], "say": "Nine to five."},
                           {"phrases": ["visit us"], "goto": "day"}]},
       "day": {"say": "When?", "choices": ["Monday", "Friday"],
               "expect": [{"phrases": ["[on] {day}"], "say": "See you {day}.", "goto": "main"}],
               "fallback": {"say": "Monday or Friday?", "choices": ["Monday", "Friday"]}}}}
    """

  @Test("choices are offered under an answer, on arrival and when nothing was understood")
  func choices() async throws {
    let dialogue = try model(Self.menu).makeDialogue()
    let hours = ReplyChoice(id: "hours", title: "Opening hours", description: "When we are here")
    let days = [ReplyChoice(id: "Monday", title: "Monday"), ReplyChoice(id: "Friday", title: "Friday")]
    #expect(
      try await ask(dialogue, "help me")
        == [.text("What is it?"), .choices([hours, ReplyChoice(id: "Visit us", title: "Visit us")])])
    var history = [DialogueMessage(.caller, "help me")]
    #expect(try await ask(dialogue, "Visit us", after: history) == [.text("When?"), .choices(days)])
    history += history
    #expect(try await ask(dialogue, "purple", after: history) == [.text("Monday or Friday?"), .choices(days)])
    history += history
    #expect(try await ask(dialogue, "Friday", after: history) == [.text("See you friday.")])
  }

  @Test("a tap is understood by its title and by its id, and nothing is offered where there are no buttons")
  func taps() async throws {
    for tap in ["hours", "Opening hours"] {
      #expect(try await ask(model(Self.menu).makeDialogue(), tap) == [.text("Nine to five.")])
    }
    let onPhone = try await ask(
      model(Self.menu).makeDialogue(), "help me", medium: .phone, abilities: [.transferToHuman, .endConversation])
    #expect(onPhone == [.text("What is it?")])
  }

  @Test("choices that lead nowhere, do not fit or have no words above them are named")
  func choiceProblems() {
    #expect(
      problems(Self.menu.replacingOccurrences(of: "\"Visit us\"]", with: "\"Parking\"]")) == [
        "intents[0].choices[1]: leads nowhere: \"Parking\" fits no phrase of the state \"main\" and none of the common "
          + "ones"
      ])
    let long = String(repeating: "x", count: 25)
    #expect(
      Set(
        problems(
          """
          {"start": "main", "intents": [
            {"phrases": ["a question"], "say": "x", "choices": ["\(long)", "Yes", "Yes", ""]},
            {"phrases": ["b question"], "transfer": "x", "choices": ["Yes"]},
            {"phrases": ["c question"], "say": "x", "choices": []},
            {"phrases": ["d question"], "say": "x", "message": ""},
            {"phrases": ["e question"], "transfer": "x", "call": true},
            {"phrases": ["f question"], "call": false},
            {"phrases": ["g question"], "say": "x",
             "choices": [{"id": "1", "title": "A"}, {"id": "1", "title": "B", "description": "\(long)\(long)\(long)"}]}],
           "states": {"main": {}}}
          """)) == [
          "intents[0].choices[0].title: \"\(long)\" is not 1 to 24 characters long",
          "intents[0].choices[2].title: \"Yes\" is there twice", "intents[0].choices[2].id: \"Yes\" is there twice",
          "intents[0].choices[3].title: \"\" is not 1 to 24 characters long",
          "intents[0].choices[3].id: is not 1 to 200 characters long",
          "intents[1].choices: need words above them; write `say`",
          "intents[2].choices: an empty list; leave it out or write some",
          "intents[3].message: is empty; leave it out or write a text",
          "intents[4].call: can't go with transfer",
          "intents[5]: needs an outcome: say, goto, transfer, hangup, message or call",
          "intents[6].choices[1].id: \"1\" is there twice",
          "intents[6].choices[1].id: \"1\" is already that of \"A\"",
          "intents[6].choices[1].description: is not 1 to 72 characters long",
        ])
  }

  // MARK: Messages and calls

  @Test("an address goes to the phone of a caller, and is said where no message can be sent")
  func message() async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    let address = "River Bank, 12 Market Street, right across from the central station."
    for said in ["send me the address by whatsapp", "Please send it to my phone!"] {
      #expect(
        try await ask(model.makeDialogue(), said, medium: .phone, abilities: [.sendMessage])
          == [.text("I am sending our address to your phone."), .sendMessage(address)])
      #expect(try await ask(model.makeDialogue(), said) == [.text(address)])
    }
  }

  @Test("who asks to be called is called, or given to a person where nobody can be rung")
  func call() async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    for said in ["please call me back", "can you call me?", "Call me"] {
      #expect(try await ask(model.makeDialogue(), said) == [.callCustomer], "\(said)")
      #expect(
        try await ask(model.makeDialogue(), said, abilities: [.transferToHuman])
          == [.transferToHuman(reason: "the customer wants to be called")])
    }
  }

  @Test("what can't be done is not asked for, and does not end in silence")
  func abilities() async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    #expect(
      try await ask(model.makeDialogue(), "thank you goodbye", abilities: [])
        == [.text("Thank you for calling. Goodbye.")])
    let person = try await ask(model.makeDialogue(), "speak to a person", abilities: [])
    guard case .text(let text)? = person.first, person.count == 1 else {
      Issue.record("\(person)")
      return
    }
    #expect(text.hasPrefix("I am sorry"))
  }

  @Test("the built-in dialogue offers its menu, and each of its choices leads on")
  func builtInMenu() async throws {
    let model = try ScriptedLanguageModel(builtIn, language: "en-US")
    let events = try await ask(model.makeDialogue(), "what can you do for me")
    guard case .choices(let choices)? = events.last else {
      Issue.record("no choices: \(events)")
      return
    }
    #expect(choices.count == 4)
    for choice in choices {
      let answer = try await ask(model.makeDialogue(), choice.title)
      #expect(answer != [.text("Sorry, I did not understand.")] && !answer.isEmpty)
      if case .text(let text)? = answer.first { #expect(!text.hasPrefix("Sorry"), "\(choice.title)") }
    }
  }
}
