import Foundation
import Providers
import Testing
import VoicePipeline

@testable import Settings

@Suite("The examples")
struct ExampleTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "examples")

  /// The secrets that the examples name.
  private static let environment = ["DEEPGRAM_API_KEY": "a", "OPENAI_API_KEY": "b", "PHONE_PASSWORD": "c"]

  private static func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.sorted()
  }

  private static func read(_ name: String) throws -> Configuration {
    let path = folder.appending(path: name).path
    return try Configuration.read(
      try String(contentsOfFile: path, encoding: .utf8), file: path, environment: environment,
      ephemeralPorts: 32_768...60_999, contents: { try? String(contentsOfFile: $0, encoding: .utf8) })
  }

  @Test("every example is a configuration without mistakes, and says nothing that this build does not act on")
  func valid() throws {
    let files = try Self.files()
    #expect(Set(files).isSuperset(of: ["embedded.yaml", "front-desk.yaml"]))
    for name in files {
      let configuration = try Self.read(name)
      #expect(configuration.warnings.map(\.description) == [], "\(name)")
      #expect(!configuration.assistants.isEmpty, "\(name)")
    }
  }

  @Test("the embedded example needs no service and knows whom to ring")
  func embedded() throws {
    let workshop = try #require(try Self.read("embedded.yaml").assistants["workshop"])
    #expect(
      [workshop.stt.map(\.name), workshop.llm.map(\.name), workshop.tts.map(\.name)]
        == [["pocketsphinx"], ["scripted"], ["espeak"]])
    #expect(workshop.conversation.escalation.target == "sip:mechanic@127.0.0.1:5070")
  }

  @Test("the dialogue of the embedded example leads through a ticket, a day, and to a person")
  func dialogue() async throws {
    let workshop = try #require(try Self.read("embedded.yaml").assistants["workshop"])
    let definition = try #require(workshop.llm.first?.settings as? ScriptedDialogueDefinition)
    let mind = try ScriptedLanguageModel(definition, language: "en-US").makeDialogue()
    var messages: [DialogueMessage] = []
    func say(_ text: String) async throws -> [ReplyEvent] {
      messages.append(DialogueMessage(.caller, text))
      var events: [ReplyEvent] = []
      for try await event in mind.reply(to: DialogueContext(instructions: "", language: "en-US", messages: messages)) {
        events.append(event)
      }
      messages.append(DialogueMessage(.assistant, "\(messages.count)"))
      return events
    }
    #expect(try await say("is my bicycle ready") == [.text("Please tell me the three digits on your repair ticket.")])
    #expect(
      try await say("one two three") == [.text("Ticket 1 2 3 is ready. You can collect your bicycle today.")])
    #expect(try await say("my bicycle is broken") == [.text("On which day would you like to bring it?")])
    #expect(try await say("on friday please") == [.text("We expect you on friday before ten. Is that all right?")])
    #expect(try await say("no") == [.text("On which day would you like to bring it?")])
    #expect(
      try await say("connect me to a mechanic") == [.transferToHuman(reason: "the caller asked for a person")])
  }

  @Test("the Spanish example takes its keys from the environment and falls back to the machine's own voice")
  func frontDesk() throws {
    let desk = try #require(try Self.read("front-desk.yaml").assistants["recepcion"])
    #expect(desk.conversation.language == "es-ES")
    #expect(desk.stt.map(\.name) == ["deepgram", "openai"])
    #expect(desk.tts.map(\.name) == ["openai", "espeak"])
    let mind = try #require(desk.llm.first?.settings as? OpenAISettings<OpenAILanguageModel.Settings>)
    #expect(mind.configuration.apiKey == "b")
  }
}
