/// The words by which an escalation is known without any model, in one language.
///
/// Lists of phrases, and not a trained judge of sentiment: who runs the assistant can read why a person was called, add
/// what is missing, and the same words always give the same answer.
struct Lexicon: Sendable {
  var negation: Negation
  /// Asks for a person.
  var requests: WordPatterns
  /// Speaks of a person, but asks for none: "after speaking to an agent", "are you a person".
  var mentions: WordPatterns
  /// Brings together a customer and a person, as the assistant would say it.
  var handOver: WordPatterns
  /// Makes an offer of a statement: "if you like".
  var offering: WordPatterns
  /// Agrees, and disagrees, at the beginning of an answer.
  var consent: WordPatterns
  var refusal: WordPatterns
  /// Displeasure: of these it takes several turns.
  var negative: WordPatterns
  /// Insults and threats: of these one is enough.
  var strong: WordPatterns
  /// Says of what was advised that it did not help.
  var unresolved: WordPatterns
  /// Promises what nobody will do.
  var promises: WordPatterns
  /// Says that it can't be done, where that is no negation of a wish: "I can't call you back".
  var inability: WordPatterns
  /// Promises to look something up; empty if nothing follows.
  var dangling: WordPatterns
  var sensitive: [SensitiveSubject: WordPatterns]
  /// Sounds like one of the above and is a figure of speech, or a fact.
  var harmless: WordPatterns
  /// Words that say nothing about what is asked.
  var fillers: Set<String>

  /// That of `language` (BCP 47; its first part decides), or the English one.
  static func of(_ language: String) -> Lexicon {
    switch code(language) {
    case "es": spanish
    case "pt": portuguese
    default: english
    }
  }

  /// The first part of a BCP 47 tag, in small letters.
  static func code(_ language: String) -> String {
    language.prefix { $0 != "-" && $0 != "_" }.lowercased()
  }

  /// What `text` asks for, as a set of words that can be compared; in order, each once.
  func substance(of utterance: Utterance) -> [String] {
    var seen: Set<String> = []
    return utterance.words.filter { !fillers.contains($0) && seen.insert($0).inserted }
  }

  /// Whether `utterance` says one of `patterns`, in earnest.
  func says(_ patterns: WordPatterns, _ utterance: Utterance) -> Bool {
    utterance.sentences.contains { sentence in
      negation.isAffirmed(patterns, in: sentence) && !harmless.occur(in: sentence.words)
    }
  }

  /// Whether a sentence of the assistant promises what nobody will do.
  func promises(_ utterance: Utterance) -> Bool {
    let ability = Negation(negators: inability, exemptions: WordPatterns())
    return utterance.sentences.contains { sentence in
      !sentence.isQuestion && negation.isAffirmed(promises, in: sentence) && ability.isAffirmed(promises, in: sentence)
    }
  }

  /// Whether `utterance` agrees to what was offered just before.
  func agrees(_ utterance: Utterance) -> Bool {
    let words = utterance.words
    // "Yes, but tell me first" is none; a long answer is about something else.
    guard (1...10).contains(words.count), !refusal.occur(in: words) else { return false }
    return consent.occur(in: words)
  }

  /// Whether a sentence of the assistant offers a person.
  func offers(_ utterance: Utterance) -> Bool {
    utterance.sentences.contains { sentence in
      handOver.occur(in: sentence.words) && (sentence.isQuestion || offering.occur(in: sentence.words))
    }
  }
}
