/// Recognises that a caller asks for a person, without any model, so that it works when the model does not.
public struct PersonRequest: Sendable {
  private let lexicon: Lexicon
  private let requests: WordPatterns

  /// The phrases of `language` (BCP 47; its first part decides), or those of English, and `more` of one's own.
  public init(language: String, more: [String: [String]] = [:]) {
    lexicon = Lexicon.of(language)
    requests = lexicon.requests.adding(more[Lexicon.code(language)] ?? [])
  }

  /// Whether `text` asks for a person.
  public func matches(_ text: String) -> Bool { matches(Utterance(text)) }

  func matches(_ utterance: Utterance) -> Bool {
    utterance.sentences.contains { sentence in
      guard lexicon.negation.isAffirmed(requests, in: sentence) else { return false }
      // "After speaking to an agent" may stand beside a real request, but then in a clause of its own.
      return !lexicon.mentions.occur(in: sentence.words) || isAsked(besideMentionIn: sentence)
    }
  }

  private func isAsked(besideMentionIn sentence: Utterance.Sentence) -> Bool {
    let clauses = Dictionary(grouping: sentence.tokens, by: \.clause)
    return clauses.values.contains { tokens in
      let clause = Utterance.Sentence(tokens: tokens)
      return !lexicon.mentions.occur(in: clause.words) && lexicon.negation.isAffirmed(requests, in: clause)
    }
  }
}
