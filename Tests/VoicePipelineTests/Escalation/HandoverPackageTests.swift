import FoundationEssentials
import Testing

@testable import VoicePipeline

@Suite("The package for the person who takes over")
struct HandoverPackageTests {
  private let turns = [
    EvidenceItem(id: "m1", author: .customer, text: "Where is my washing machine?", at: Date(timeIntervalSince1970: 0)),
    EvidenceItem(id: "m2", author: .assistant, text: "On its way.", at: Date(timeIntervalSince1970: 1)),
    EvidenceItem(id: "m3", author: .customer, text: "agent", at: Date(timeIntervalSince1970: 1_796_000_000.25)),
  ]

  private func package(_ language: String, _ kind: EscalationKind = .explicitRequest) -> HandoverPackage {
    HandoverPackage(
      EscalationFinding(kind: kind, reason: "the customer asked for a person", evidence: turns.suffix(1)), turns: turns,
      facts: [DialogueFact(name: "account", value: "456")],
      limits: .init(channel: "whatsapp", windowEndsAt: "2026-11-29T00:00:00Z", kinds: ["text"]), language: language)
  }

  @Test("is there at once, without a model, as JSON of the documented form")
  func json() throws {
    let package = package("en-GB")
    #expect(
      package.json == """
        {"evidence":[{"at":"2026-11-30T00:53:20.250Z","author":"customer","message":"m3","text":"agent"}],\
        "facts":[{"name":"account","value":"456"}],"kind":"explicit_request",\
        "limits":{"channel":"whatsapp","kinds":["text"],"window_ends_at":"2026-11-29T00:00:00Z"},\
        "reason":"the customer asked for a person",\
        "suggestion":"Hello, I am a person from the team. How can I help you?",\
        "summary":["Wants: Where is my washing machine?","Tried: On its way.","Facts: account: 456",\
        "Mood: no sign of anger","Next: ask what they need"],"tried":["On its way."]}
        """)
    #expect(HandoverPackage(json: package.json) == package)
  }

  @Test("what is stored in its place by anyone else is none")
  func hostile() {
    for text in ["", "{}", "null", "[]", #"{"kind":"vip"}"#, #"{"kind":"no such","reason":"r"}"#] {
      #expect(HandoverPackage(json: text) == nil)
    }
    let odd = HandoverPackage(
      json: #"""
        {"evidence":[1,{"at":"never","author":"customer","message":"m","text":"t"}],"facts":[{"name":1},"x"],\#
        "kind":"vip","limits":{"channel":"phone","kinds":7},"reason":"r","suggestion":"s","summary":null,"tried":[2]}
        """#)
    #expect(odd?.evidence.map(\.id) == ["m"] && odd?.facts.isEmpty == true && odd?.limits.kinds == [])
  }

  @Test("has five lines and a suggestion in each language and for each kind", arguments: ["es", "en", "pt"])
  func words(language: String) {
    for kind in EscalationKind.allCases {
      let package = package(language, kind)
      #expect(package.summary.count == 5)
      #expect(package.summary.allSatisfy { !$0.hasSuffix(": ") })
      #expect(!package.suggestion.isEmpty)
    }
    let nothing = HandoverPackage(
      EscalationFinding(kind: .vip, reason: ""), turns: [], limits: .init(channel: "phone", kinds: []),
      language: language)
    #expect(nothing.summary.count == 5)
  }

  private struct Late: ConversationSummariser {
    func summarise(_ turns: [EvidenceItem], reason: String, language: String) async throws -> ConversationSummary {
      try await Task.sleep(for: .seconds(3600))
      return ConversationSummary(wants: "", tried: "", facts: "", mood: "", next: "", suggestion: "")
    }
  }

  @Test("a summary that is late is none, and the lines that are known stay")
  func late() async {
    await confirmation("trouble") { trouble in
      let completed = await package("en").completed(by: Late(), turns: turns, language: "en", within: .milliseconds(10))
      {
        _ in trouble()
      }
      #expect(completed == nil)
    }
  }
}
