/// A way to say something: words in a row, never parts of words.
///
/// Written as words with spaces between: `a/b` is either word, `word?` may be missing, `stem~` is any word that begins
/// so, `_` stands for up to two words of any kind and `__` for up
/// to five, `^` and `$` for the beginning and the end of the sentence, `@name`
/// for a list of words that is given beside the pattern.
struct WordPattern: Sendable, Equatable {
  private enum Step: Sendable, Equatable {
    case word(Set<String>, stems: [String], isOptional: Bool)
    case gap(Int)
    case start
    case end
  }

  private let steps: [Step]

  /// Reads `text`; `lists` has the words behind each `@name`.
  init(_ text: String, lists: [String: String] = [:]) {
    steps = text.split(separator: " ").map { part in
      switch part {
      case "_": return .gap(2)
      case "__": return .gap(5)
      case "^": return .start
      case "$": return .end
      default: break
      }
      let isOptional = part.hasSuffix("?")
      let choices = (isOptional ? part.dropLast() : part).split(separator: "/").flatMap { choice in
        choice.hasPrefix("@") ? (lists[String(choice.dropFirst())] ?? "").split(separator: "/") : [choice]
      }
      return .word(
        Set(choices.filter { !$0.hasSuffix("~") }.map(String.init)),
        stems: choices.filter { $0.hasSuffix("~") }.map { String($0.dropLast()) }, isOptional: isOptional)
    }
  }

  /// Just these words, as somebody wrote them in a configuration; nil if there is none.
  init?(literal text: String) {
    let words = Words.normalised(text)
    if words.isEmpty { return nil }
    steps = words.map { .word([$0], stems: [], isOptional: false) }
  }

  /// Where the pattern first occurs in `words`.
  func firstMatch(in words: [String], from first: Int = 0) -> Range<Int>? {
    guard first <= words.count else { return nil }
    for start in first...words.count {
      if let end = match(0, words, at: start), end > start { return start..<end }
    }
    return nil
  }

  private func match(_ index: Int, _ words: [String], at position: Int) -> Int? {
    guard index < steps.count else { return position }
    switch steps[index] {
    case .start: return position == 0 ? match(index + 1, words, at: position) : nil
    case .end: return position == words.count ? match(index + 1, words, at: position) : nil
    case .gap(let longest):
      for skipped in 0...longest where position + skipped <= words.count {
        if let end = match(index + 1, words, at: position + skipped) { return end }
      }
      return nil
    case .word(let choices, let stems, let isOptional):
      if position < words.count {
        let word = words[position]
        if choices.contains(word) || stems.contains(where: { word.hasPrefix($0) }),
          let end = match(index + 1, words, at: position + 1)
        {
          return end
        }
      }
      return isOptional ? match(index + 1, words, at: position) : nil
    }
  }
}

/// Ways to say one thing.
struct WordPatterns: Sendable, Equatable {
  private(set) var patterns: [WordPattern]

  /// One pattern a line.
  init(_ text: String = "", lists: [String: String] = [:]) {
    patterns = text.split(separator: "\n").map { WordPattern(String($0), lists: lists) }
  }

  /// These and, word by word, `more`.
  func adding(_ more: [String]) -> WordPatterns {
    var all = self
    all.patterns += more.compactMap { WordPattern(literal: $0) }
    return all
  }

  /// Whether one of them occurs in `utterance`.
  func occur(in utterance: Utterance) -> Bool { utterance.sentences.contains { occur(in: $0.words) } }

  func occur(in words: [String]) -> Bool { patterns.contains { $0.firstMatch(in: words) != nil } }
}
