import FoundationEssentials
import Testing
import VoicePipeline

@testable import Providers

@Suite("What providers say of themselves")
struct DescriptionTests {
  /// A provider in one role.
  private struct Entry {
    var name: String
    var role: ProviderRole
    var options: [ProviderOption]
  }

  private var entries: [Entry] {
    ProviderCatalogue.all.descriptions.flatMap { description in
      [
        description.stt.map { Entry(name: description.name, role: .stt, options: $0.options) },
        description.llm.map { Entry(name: description.name, role: .llm, options: $0.options) },
        description.tts.map { Entry(name: description.name, role: .tts, options: $0.options) },
      ].compactMap(\.self)
    }
  }

  @Test("names are unique, each is of some use, and no key comes twice")
  func names() {
    let descriptions = ProviderCatalogue.all.descriptions
    #expect(Set(descriptions.map(\.name)).count == descriptions.count)
    #expect(Set(entries.map(\.name)).count == descriptions.count)
    for entry in entries {
      #expect(Set(entry.options.map(\.name)).count == entry.options.count, "\(entry.name)")
      #expect(!entry.options.contains { $0.help.isEmpty || $0.name == "provider" }, "\(entry.name)")
      #expect(ProviderCatalogue.all.reserved[entry.role]?.contains(entry.name) != true, "\(entry.name)")
    }
  }

  @Test("the documentation has a row for each, with all its keys and what holds without them")
  func documented() throws {
    let page = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let text = try String(contentsOfFile: "/\(page)/docs/configuration.md", encoding: .utf8)
    let section = text.split(separator: "### Providers").last.map(String.init) ?? ""
    for entry in entries {
      let row = section.split(separator: "\n").first { $0.hasPrefix("| `\(entry.name)` | \(entry.role.rawValue) |") }
      for option in entry.options {
        #expect(row?.contains("`\(option.name)`") == true, "\(entry.name) \(entry.role.rawValue) \(option.name)")
        if let standard = option.standard {
          #expect(section.contains(standard), "\(entry.name) \(entry.role.rawValue) \(option.name): \(standard)")
        }
      }
    }
  }

  @Test("where none is named a part that needs no service stands in, for what it is good for")
  func embedded() {
    let catalogue = ProviderCatalogue.all
    #expect(catalogue.embedded(\.stt)?.name == "pocketsphinx" && catalogue.embedded(\.tts)?.name == "espeak")
    #expect(catalogue.embedded(\.stt)?.offer.refusal("es-ES") == "knows English alone")
    #expect(catalogue.embedded(\.stt)?.offer.refusal("en-GB") == nil)
    #expect(
      catalogue.embeddedPlans(\.llm, language: "en-US").first?.settings as? ScriptedDialogueDefinition
        == .builtInEnglish)
  }

  @Test("a service wants a key unless it is one's own, and both address and time-out reach it")
  func service() throws {
    let offer = try #require(ProviderDescription.deepgram.stt)
    var told: [(ProviderOptions.Place, String)] = []
    _ = offer.plan(ProviderOptions(language: "en") { told.append(($0, $1)) })
    #expect(told.map(\.0) == [.missing("api_key")])
    told = []
    let plan = offer.plan(
      ProviderOptions(
        language: "en", given: ["url", "timeout"],
        values: ["url": "ws://10.0.0.1:8080/", "timeout": Duration.seconds(7)]
      ) { told.append(($0, $1)) })
    #expect(told.isEmpty)
    #expect(
      plan?.settings as? DeepgramConfiguration
        == DeepgramConfiguration(apiKey: "", baseURL: "ws://10.0.0.1:8080/v1", connectTimeout: .seconds(7)))
    // What is there but of no use is a mistake already: another one about a missing key would mislead.
    _ = offer.plan(ProviderOptions(language: "en", given: ["url"]) { told.append(($0, $1)) })
    #expect(told.isEmpty)
  }

  @Test("a plan shows its name and nothing of its keys")
  func masked() throws {
    let plan = try #require(
      ProviderDescription.openAI.llm?.plan(
        ProviderOptions(language: "en", given: ["api_key"], values: ["api_key": Private("sk-secret")])))
    var text = "\(plan) \(String(reflecting: plan))"
    dump(plan, to: &text)
    #expect(text.hasPrefix("openai openai") && !text.contains("sk-secret"))
    #expect((plan.settings as? OpenAISettings<OpenAILanguageModel.Settings>)?.configuration.apiKey == "sk-secret")
  }

  @Test("what is the same for several assistants is made once")
  func shared() throws {
    let offer = try #require(ProviderDescription.espeak.tts)
    func plan(_ pitch: Int) throws -> ProviderPlan<any TextToSpeech> {
      try #require(offer.plan(ProviderOptions(language: "en", given: ["pitch"], values: ["pitch": pitch])))
    }
    let workshop = ProviderWorkshop()
    let voices = try [plan(40), plan(40), plan(60)].map { try workshop.textToSpeech([$0], language: "en") }
    let objects = voices.map { ObjectIdentifier($0 as AnyObject) }
    #expect(objects[0] == objects[1] && objects[1] != objects[2])
    #expect(throws: ProviderError.self) { try workshop.textToSpeech([], language: "en") }
  }

  @Test("a voice that could be taken for an option of the program is refused")
  func voiceName() throws {
    let offer = try #require(ProviderDescription.espeak.tts)
    for name in ["-f/etc/passwd", "es es", "", "ñ"] {
      var told: [ProviderOptions.Place] = []
      let plan = offer.plan(
        ProviderOptions(language: "en", given: ["voice"], values: ["voice": name]) { place, _ in told.append(place) })
      #expect(told == [.value(of: "voice")], "\(name)")
      #expect((plan?.settings as? EspeakTextToSpeech.Settings)?.voice == nil)
    }
  }
}
