/// Recognises that a caller asks for a person, without any model, so that it works when the model does not.
public struct PersonRequest: Sendable {
  /// Most words a sentence may have beyond the phrase: in a longer one the phrase is likely to be about something else.
  private static let slack = 9

  private let phrases: [[String]]

  /// The phrases of `language` (BCP 47; its first part decides), or those of English, and `more` of one's own.
  public init(language: String, more: [String: [String]] = [:]) {
    let code = language.prefix { $0 != "-" && $0 != "_" }.lowercased()
    let known = Self.known[code] ?? Self.known["en"] ?? []
    phrases = (known + (more[code] ?? [])).map { Words.normalised($0) }.filter { !$0.isEmpty }
  }

  /// Whether `text` asks for a person.
  public func matches(_ text: String) -> Bool {
    let words = Words.normalised(text)
    return phrases.contains { phrase in
      guard phrase.count <= words.count, words.count <= phrase.count + Self.slack else { return false }
      guard
        let start = (0...(words.count - phrase.count)).first(where: { Array(words[$0..<($0 + phrase.count)]) == phrase }
        )
      else { return false }
      // One bare noun is a request only where it is all that was said: "agent", not "my travel agent called".
      if phrase.count == 1 { return words.count <= 2 }
      return !words[..<start].contains { Self.negations.contains($0) }
    }
  }

  private static let negations: Set<String> = ["dont", "not", "never", "no", "nunca", "tampoco", "nao"]

  private static let known: [String: [String]] = [
    "en": phrases(
      [
        "agent", "operator", "representative", "human", "person", "receptionist", "real person", "human being",
        "human agent", "live agent", "customer service representative", "put me through to someone",
      ],
      asking: [
        "speak to", "speak with", "talk to", "talk with", "connect me to", "connect me with", "transfer me to",
        "get me",
      ],
      for: [
        "a person", "a human", "a real person", "an agent", "an operator", "someone", "somebody", "a representative",
        "a human being", "your manager", "a manager", "the manager", "a live person", "an actual person",
        "the operator",
      ]),
    "es": phrases(
      [
        "agente", "operador", "operadora", "humano", "persona", "agente humano", "una persona real", "persona humana",
        "un ser humano", "atención humana",
      ],
      asking: ["hablar con", "páseme con", "pásame con", "comuníqueme con", "póngame con", "ponme con"],
      for: [
        "una persona", "alguien", "un agente", "una agente", "un operador", "una operadora", "un humano",
        "un responsable", "el encargado", "la encargada", "un representante", "un compañero", "una compañera",
      ]),
    "pt": phrases(
      [
        "atendente", "agente", "operador", "operadora", "humano", "pessoa", "atendente humano", "uma pessoa real",
        "um ser humano", "atendimento humano",
      ],
      asking: ["falar com", "passe-me a", "passar a", "passar para", "me passe para", "me transfira para"],
      for: [
        "uma pessoa", "alguém", "um atendente", "uma atendente", "um agente", "um operador", "uma operadora",
        "um humano", "um responsável", "o gerente", "a gerente", "um colega", "uma colega",
      ]),
  ]

  /// Some that stand `alone`, and each verb with each of `people`.
  private static func phrases(_ alone: [String], asking verbs: [String], for people: [String]) -> [String] {
    alone + verbs.flatMap { verb in people.map { "\(verb) \($0)" } }
  }
}
