/// Tells whether what was found in a sentence is said there, or that it is not so.
struct Negation: Sendable {
  /// How many words may stand between a negation and what it negates: "I don't really want to speak to".
  private static let reach = 4

  /// Words that turn around what follows in their clause.
  let negators: WordPatterns
  /// What has such a word in it and negates nothing: "why don't you".
  let exemptions: WordPatterns

  /// Where one of `patterns` is said in `sentence` without being negated.
  func isAffirmed(_ patterns: WordPatterns, in sentence: Utterance.Sentence) -> Bool {
    let words = sentence.words
    return patterns.patterns.contains { pattern in
      var from = 0
      while let match = pattern.firstMatch(in: words, from: from) {
        if !isNegated(match.lowerBound, sentence, words) { return true }
        from = match.lowerBound + 1
      }
      return false
    }
  }

  func isAffirmed(_ patterns: WordPatterns, in utterance: Utterance) -> Bool {
    utterance.sentences.contains { isAffirmed(patterns, in: $0) }
  }

  private func isNegated(_ position: Int, _ sentence: Utterance.Sentence, _ words: [String]) -> Bool {
    guard sentence.tokens.indices.contains(position) else { return false }
    let clause = sentence.tokens[position].clause
    let first = max(0, position - Self.reach)
    // The clause begins where its number does.
    let start = (first..<position).first { sentence.tokens[$0].clause == clause } ?? position
    guard start < position else { return false }
    return negators.patterns.contains { negator in
      var from = start
      while let match = negator.firstMatch(in: Array(words[..<position]), from: from) {
        if !isExempt(match, words) { return true }
        from = match.lowerBound + 1
      }
      return false
    }
  }

  /// An exemption may reach further than the words before what was found.
  private func isExempt(_ negator: Range<Int>, _ words: [String]) -> Bool {
    exemptions.patterns.contains { exemption in
      var from = max(0, negator.lowerBound - 3)
      while let match = exemption.firstMatch(in: words, from: from), match.lowerBound <= negator.lowerBound {
        if match.upperBound >= negator.upperBound { return true }
        from = match.lowerBound + 1
      }
      return false
    }
  }
}
