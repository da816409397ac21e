import Testing
import VoicePipeline

@testable import Providers

@Suite("Where a written dialogue stands, as it is stored")
struct ScriptedPositionTests {
  @Test("it is read as it was written, whatever wrote it")
  func roundTrip() throws {
    var position = ScriptedPosition(state: "main")
    position.slots = ["account": "4 \"5\" 6/ñ"]
    position.misses = 2
    position.uses = ["greet": 3]
    let memory = try #require(position.memory)
    let text = #"{"kind":"scripted","misses":2,"slots":{"account":"4 \"5\" 6/ñ"},"state":"main","uses":{"greet":3}}"#
    #expect(memory.text == text)
    #expect(ScriptedPosition(memory) == position)
  }

  @Test("of two sessions at once the one that goes on stays where it is, and learns what only the other was told")
  func joined() throws {
    var call = ScriptedPosition(state: "bye")
    call.slots = ["account": "1", "name": "Ana"]
    var chat = ScriptedPosition(state: "main")
    chat.slots = ["account": "2"]
    let model = try ScriptedLanguageModel(.builtInEnglish, language: "en-US")
    let (mine, other) = (try #require(call.memory), try #require(chat.memory))
    var both = chat
    both.slots["name"] = "Ana"
    #expect(model.joined(mine, with: other) == both.memory)
    let strange = DialogueMemory(text: "{}")
    #expect(model.joined(strange, with: other) == other)
    #expect(model.joined(mine, with: strange) == strange)
  }

  @Test("what customers fill in without end is not kept")
  func large() {
    var position = ScriptedPosition(state: "main")
    position.slots = ["text": String(repeating: "x", count: DialogueMemory.maximumBytes)]
    #expect(position.memory == nil)
  }

  @Test(
    "what anyone else stored is none, and odd counts do no harm",
    arguments: [
      ("", nil), ("[]", nil), (#"{"kind":"other","state":"a"}"#, nil), (#"{"kind":"scripted"}"#, nil),
      (#"{"kind":"scripted","state":"a","misses":-3,"slots":{"n":5},"uses":{"x":-1,"y":99999999999}}"#, "a"),
    ])
  func hostile(text: String, state: String?) {
    let position = ScriptedPosition(DialogueMemory(text: text))
    #expect(position?.state == state)
    #expect(position?.misses ?? 0 == 0)
    #expect(position.map { $0.uses == ["x": 0, "y": 1_000_000] } ?? true)
  }
}
