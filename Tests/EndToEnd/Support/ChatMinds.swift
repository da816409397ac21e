import TestSupport

extension StandInOpenAI.Behaviour {
  /// A language model that says what the customer said.
  static var repeating: StandInOpenAI.Behaviour {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.reply = { texts in StandInOpenAI.Reply(["You said: ", texts.last ?? ""]) }
    return behaviour
  }
}

extension StandInOpenAI {
  /// What it was asked for the customer's sake: without the judgements and summaries that are wanted beside the answers.
  var questions: [StandInRequest] {
    server.requests.filter { $0.path.hasSuffix("/chat/completions") && !$0.text.contains("\"response_format\"") }
  }
}

extension Assistants {
  /// One whose language model is at `url`, with embedded ears and voice.
  static func withMind(at url: String) -> String {
    """
      desk:
        language: en-US
        greeting: "\(greeting)"
        llm: {provider: openai, model: gpt, api_key: sk-test, url: "\(url)", timeout: 10s}
    """
  }

  /// One with two things to choose from.
  static let bakery = """
      desk:
        language: en-US
        greeting: "\(greeting)"
        llm:
          provider: scripted
          dialogue:
            start: main
            states:
              main:
                expect:
                  - phrases: ["what do you have"]
                    say: We have bread and rolls. Which would you like?
                    choices: [Rye bread, {id: rolls, title: Bread rolls}]
                  - {phrases: ["rye bread"], say: Rye bread comes at ten.}
                  - {phrases: ["bread rolls"], say: Rolls are fresh at six.}
            fallback: {say: Pardon?}
    """
}
