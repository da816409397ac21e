import Foundation
import Testing

@testable import Providers
@testable import VoicePipeline

/// A conversation in text alone.
private struct Talk {
  let dialogue: any Dialogue
  var messages: [DialogueMessage] = []

  init(_ definition: ScriptedDialogueDefinition, language: String = "en-US") throws {
    dialogue = try ScriptedLanguageModel(definition, language: language).makeDialogue()
  }

  /// What is answered to `text`. The answer counts as heard unless `isHeard` is false.
  mutating func say(_ text: String, isHeard: Bool = true) async throws -> [ReplyEvent] {
    let context = DialogueContext(
      instructions: "", language: "en-US", messages: messages + [DialogueMessage(.caller, text)])
    var events: [ReplyEvent] = []
    for try await event in dialogue.reply(to: context) { events.append(event) }
    if isHeard {
      messages = context.messages
      if case .text(let answer) = events.first { messages.append(DialogueMessage(.assistant, answer)) }
    }
    return events
  }

  mutating func text(_ text: String) async throws -> String {
    guard case .text(let answer) = try await say(text).first else { return "" }
    return answer
  }
}

@Suite("Scripted dialogue")
struct ScriptedDialogueTests {
  @Test(
    "the built-in dialogue understands, with a recogniser's slips",
    arguments: [
      ("what are your opening hours", "We are open"), ("What are your opening hours?", "We are open"),
      ("uh what are the opening hour please", "We are open"), ("when do you open", "We are open"),
      ("hello i would like to check my account balance please", "Please tell me your four digit"),
      ("check by account balance", "Please tell me your four digit"),
      ("where are you located", "We are at twelve Market Street"), ("hello", "Hello!"),
      ("i want to make an appointment", "On which day"), ("the weather is purple", "Sorry, I did not understand."),
    ])
  func builtIn(said: String, answer: String) async throws {
    var talk = try Talk(.builtInEnglish)
    #expect(try await talk.text(said).hasPrefix(answer))
  }

  @Test(
    "an account number is understood however it is said",
    arguments: [
      "one two three four", "my account number is one two three four", "it is 1234", "twelve thirty four", "1 2 3 4",
      "uh it's one to three for", "My account number is 1234.",
    ])
  func digits(said: String) async throws {
    var talk = try Talk(.builtInEnglish)
    _ = try await talk.say("what is my account balance")
    #expect(
      try await talk.text(said)
        == "The balance of account 1 2 3 4 is two thousand three hundred and forty dollars.")
  }

  @Test("an appointment is booked over several turns, with what was said before")
  func appointment() async throws {
    var talk = try Talk(.builtInEnglish)
    _ = try await talk.say("i would like to book an appointment")
    #expect(try await talk.text("on tuesday please") == "And at what time on tuesday?")
    #expect(try await talk.text("at eleven o'clock") == "That is tuesday at eleven o'clock. Shall I book it?")
    #expect(try await talk.text("no") == "All right, let us start again. On which day would you like to come?")
    _ = try await talk.say("friday")
    _ = try await talk.say("noon")
    #expect(try await talk.text("yes please").hasPrefix("Your appointment on friday at twelve o'clock is booked."))
  }

  @Test("a person is called on request and after three misses in a question, from any state")
  func transfer() async throws {
    var talk = try Talk(.builtInEnglish)
    _ = try await talk.say("what is my account balance")
    #expect(
      try await talk.say("i want to speak to a person") == [.transferToHuman(reason: "the caller asked for a person")])
    #expect(try await talk.text("purple rain") == "Sorry, I need the four digits of your account number.")
    #expect(try await talk.text("purple rain").hasPrefix("I still did not get it."))
    #expect(
      try await talk.say("purple rain") == [.transferToHuman(reason: "the account number was not understood")])
  }

  @Test("goodbye hangs up after the last words")
  func goodbye() async throws {
    var talk = try Talk(.builtInEnglish)
    #expect(try await talk.say("thank you goodbye") == [.text("Thank you for calling. Goodbye."), .hangUp])
  }

  @Test("an answer thrown away unheard leaves no trace")
  func thrownAway() async throws {
    var talk = try Talk(.builtInEnglish)
    _ = try await talk.say("what is my account balance", isHeard: false)
    // Still in the first state: a bare number means nothing here.
    #expect(try await talk.text("one two three four").hasPrefix("Sorry, I did not understand."))
  }

  @Test("a cancelled answer leaves no trace")
  func cancelled() async throws {
    let model = try ScriptedLanguageModel(.builtInEnglish, language: "en-US")
    let dialogue = model.makeDialogue()
    let before = await dialogue.hint()
    let context = DialogueContext(
      instructions: "", language: "en", messages: [DialogueMessage(.caller, "what is my account balance")])
    for try await _ in dialogue.reply(to: context) { break }
    #expect(await dialogue.hint() == before)
    for try await _ in dialogue.reply(to: context) {}
    #expect(await dialogue.hint() != before)
  }

  @Test("each state has a grammar of its own that knows its digits and the words of every state")
  func grammar() async throws {
    var talk = try Talk(.builtInEnglish)
    let main = try #require(await talk.dialogue.hint()?.grammar)
    #expect(main.hasPrefix("#JSGF V1.0;\ngrammar "))
    #expect(main.contains("public <utterance> = "))
    #expect(!main.contains("<digit>"))
    #expect(main.contains("what are your opening hours"))
    _ = try await talk.say("what is my account balance")
    let account = try #require(await talk.dialogue.hint()?.grammar)
    #expect(account.contains("<slot_account> = <digit> <digit> <digit> <digit>;"))
    #expect(account.contains("<digit> = eight | five | four"))
    #expect(account.contains("opening hours"))
    // Every rule that is used is defined, and every line of a rule ends.
    for name in account.matches(of: /<[a-z0-9_]+>/).map({ String($0.output) }) {
      #expect(account.contains("\(name) = "), "\(name) is not defined")
    }
    #expect(account == account.lowercased().replacing("#jsgf v1.0", with: "#JSGF V1.0"))
  }

  @Test("the grammar of every state of the built-in dialogue can be read back")
  func grammarParses() throws {
    let script = try Script(.builtInEnglish, language: "en-US")
    #expect(script.states.count == 5)
    for (name, state) in script.states {
      let grammar = try JSGFGrammar(#require(state.hint.grammar))
      #expect(grammar.words.count > 50, "\(name)")
      #expect(grammar.rules.contains { $0.isPublic }, "\(name)")
    }
  }

  @Test("the phrases for recognisers that take a list are the full ones")
  func hintPhrases() async throws {
    let hint = try #require(await Talk(.builtInEnglish).dialogue.hint())
    #expect(hint.phrases.contains("what are your opening hours"))
    #expect(hint.phrases.allSatisfy { !$0.contains("{") && !$0.contains("[") })
  }

  @Test("Spanish numbers and accents are understood")
  func spanish() async throws {
    let definition = ScriptedDialogueDefinition(
      start: "main",
      slots: ["importe": ScriptedSlot(.number), "cuenta": ScriptedSlot(.digits, min: 3, max: 6)],
      states: [
        "main": ScriptedState(expect: [
          ScriptedIntent(["[quiero] transferir {importe} (euros|dólares)"], say: "Transfiero {importe} euros."),
          ScriptedIntent(["mi cuenta es [la] {cuenta}"], say: "Cuenta {cuenta}."),
        ])
      ])
    var talk = try Talk(definition, language: "es-ES")
    #expect(try await talk.text("Quiero transferir doscientos treinta y cinco euros") == "Transfiero 235 euros.")
    #expect(try await talk.text("mi cuenta es la uno dos tres doble cuatro") == "Cuenta 1 2 3 4 4.")
  }

  @Test(
    "spoken numbers become figures",
    arguments: [
      ("twenty five", 25), ("one hundred and five", 105), ("two thousand three hundred and forty", 2340), ("42", 42),
      ("a hundred", nil), ("", nil), ("ninety nine thousand nine hundred ninety nine", 99_999), ("three blue", nil),
    ] as [(String, Int?)])
  func numbers(text: String, value: Int?) {
    #expect(NumberWords(language: "en").number(in: Words.normalised(text)[...]) == value)
  }

  @Test("a YAML-like definition decodes, with one text or several")
  func decodes() async throws {
    let json = """
      {"start": "main", "states": {"main": {"expect": [
        {"phrases": ["good (morning|evening)"], "say": ["Hi.", "Hi again."]},
        {"phrases": ["bye"], "say": "Bye.", "hangup": true}]}}}
      """
    let definition = try JSONDecoder().decode(ScriptedDialogueDefinition.self, from: Data(json.utf8))
    var talk = try Talk(definition)
    #expect(try await talk.text("good morning") == "Hi.")
    #expect(try await talk.text("good evening") == "Hi again.")
    #expect(try await talk.text("good evening") == "Hi.")
  }

  @Test("every mistake is named with its key")
  func problems() {
    let definition = ScriptedDialogueDefinition(
      start: "mian", threshold: 7, slots: ["day": ScriptedSlot(.values), "n": ScriptedSlot(.digits, length: 99)],
      intents: [
        ScriptedIntent(["call (me"], say: "x"), ScriptedIntent([], say: "x"), ScriptedIntent(["[please]"], say: "x"),
      ],
      states: [
        "main": ScriptedState(
          say: "Hello {nmae}",
          expect: [
            ScriptedIntent(["to {dya}"], say: "ok", goto: "mainn"), ScriptedIntent(["nothing"]),
            ScriptedIntent(["both"], transfer: "x", hangup: true),
          ], fallback: ScriptedFallback(say: "what", after: 0))
      ])
    #expect {
      try ScriptedLanguageModel(definition, language: "en")
    } throws: { error in
      guard let error = error as? ScriptedDialogueProblems else { return false }
      #expect(
        Set(error.problems.map(\.description)) == [
          "start: no state is named \"mian\"; did you mean \"main\"?",
          "threshold: 7.0 is not within 0.3 to 1",
          "slots.day.values: a slot of values needs some",
          "slots.n.length: 99 is not within 1 to 32",
          "intents[0].phrases[0]: \"call (me\": ')' is missing",
          "intents[1].phrases: there has to be at least one phrase",
          "intents[2].phrases[0]: \"[please]\": all of it may be left out",
          "states.main.say: no slot is named \"nmae\"",
          "states.main.expect[0].phrases[0]: no slot is named \"dya\"",
          "states.main.expect[0].goto: no state is named \"mainn\"; did you mean \"main\"?",
          "states.main.expect[1]: needs an outcome: say, goto, transfer, hangup, message or call",
          "states.main.expect[2].hangup: can't go with transfer",
          "states.main.fallback.after: 0 is not within 1 to 20",
        ])
      return true
    }
  }

  @Test("phrases that explode are refused instead of computed")
  func explosion() {
    let phrase = String(repeating: "(a|b|c) ", count: 30)
    #expect(throws: PhraseError.self) { try PhrasePattern(phrase) }
    #expect(throws: PhraseError.self) { try PhrasePattern(String(repeating: "(", count: 10_000)) }
  }
}
