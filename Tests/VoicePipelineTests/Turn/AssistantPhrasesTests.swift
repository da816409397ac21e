import Testing

@testable import VoicePipeline

@Suite("What the assistant says by itself")
struct AssistantPhrasesTests {
  private static func texts(_ language: String) -> [String: String] {
    var texts: [String: String] = [:]
    for child in Mirror(reflecting: AssistantPhrases(language: language)).children {
      if let label = child.label, let text = child.value as? String { texts[label] = text }
    }
    return texts
  }

  @Test("English, Spanish and Portuguese have every phrase, and each its own")
  func complete() {
    let english = Self.texts("en-GB")
    #expect(english.count == 20)
    for language in ["es-ES", "pt-BR"] {
      for (name, text) in Self.texts(language) {
        #expect(!text.isEmpty && text != english[name], "\(language): \(name)")
      }
    }
    #expect(Self.texts("de-DE") == english)
    for text in english.values { #expect(!text.isEmpty) }
  }

  @Test("a wish for a person is heard in Portuguese")
  func person() {
    let request = PersonRequest(language: "pt-PT")
    #expect(request.matches("Quero falar com uma pessoa, por favor"))
    #expect(!request.matches("Não quero falar com uma pessoa"))
  }
}
