import VoicePipeline

/// Reads a slot's value from words.
struct SlotMatcher: Sendable {
  private let slot: ScriptedSlot
  private let numbers: NumberWords
  /// Ways to say each value, as words.
  private let ways: [(words: [String], value: String)]

  init(_ slot: ScriptedSlot, language: String) {
    self.slot = slot
    numbers = NumberWords(language: language)
    let table: [String: [String]] =
      switch slot.type {
      case .values: slot.values ?? [:]
      case .yesNo: Self.yesNo(language)
      case .digits, .number, .free: [:]
      }
    ways = table.sorted { $0.key < $1.key }
      .flatMap { value, others in ([value] + others).map { (Words.normalised($0), value) } }
      .filter { !$0.0.isEmpty }
  }

  var digitRange: ClosedRange<Int> {
    let low = max(1, slot.length ?? slot.min ?? 1)
    return low...max(low, slot.length ?? slot.max ?? 16)
  }

  /// Most words that one value may have.
  var longest: Int {
    switch slot.type {
    case .digits: digitRange.upperBound * 2
    case .number: 12
    case .free: 30
    case .values, .yesNo: ways.map(\.words.count).max() ?? 1
    }
  }

  /// The value that `words` say, all of them, and what it costs to believe it, 0 to 1.
  func value(of words: ArraySlice<String>) -> (value: String, cost: Double)? {
    switch slot.type {
    case .digits:
      guard let digits = numbers.digits(in: words), digitRange.contains(digits.count) else { return nil }
      return (digits, 0)
    case .number:
      return numbers.number(in: words).map { (String($0), 0) }
    case .free:
      // Literal words of other phrases shall win over a slot that takes anything.
      return (words.joined(separator: " "), min(0.9, 0.1 + 0.02 * Double(words.count)))
    case .values, .yesNo:
      var best: (value: String, cost: Double)?
      for way in ways where way.words.count == words.count {
        let closeness = zip(way.words, words).map { similarity($0, $1) }.reduce(0, +) / Double(words.count)
        guard closeness >= 0.75 else { continue }
        if closeness == 1 { return (way.value, 0) }
        if 1 - closeness < best?.cost ?? .infinity { best = (way.value, 1 - closeness) }
      }
      return best
    }
  }

  /// How a value sounds in an answer: digits one by one.
  func spoken(_ value: String) -> String {
    slot.type == .digits ? value.map(String.init).joined(separator: " ") : value
  }

  /// The slot as the right side of a JSGF rule, with `<digit>` and `<cardinal>` for digits and numbers; nil where a
  /// grammar can't say it.
  var grammar: String? {
    switch slot.type {
    case .digits:
      // An optional tail nests, so that it stays one path for the decoder.
      let range = digitRange
      let head = Array(repeating: "<digit>", count: range.lowerBound).joined(separator: " ")
      var tail = ""
      for _ in range.lowerBound..<range.upperBound { tail = "[ <digit> \(tail)]" }
      return tail.isEmpty ? head : "\(head) \(tail)"
    case .number: return "<cardinal>"
    case .values, .yesNo:
      let table: [String: [String]] = slot.type == .values ? slot.values ?? [:] : Self.yesNo("en")
      let all = table.sorted { $0.key < $1.key }.flatMap { [$0.key] + $0.value }
        .map { $0.lowercased() }.filter(Self.isPlain)
      return all.isEmpty ? nil : "( \(all.joined(separator: " | ")) )"
    case .free: return nil
    }
  }

  /// Whether a text is words alone, so that it can stand in a grammar.
  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isLetter || $0 == " " || $0 == "'" }
  }

  private static func yesNo(_ language: String) -> [String: [String]] {
    if language.lowercased().hasPrefix("es") {
      return [
        "yes": ["sí", "claro", "correcto", "de acuerdo", "vale", "exacto", "sí por favor"],
        "no": ["no gracias", "incorrecto", "para nada"],
      ]
    }
    return [
      "yes": ["yeah", "yep", "sure", "correct", "that's right", "of course", "okay", "yes please"],
      "no": ["nope", "no thanks", "no thank you", "not really", "wrong"],
    ]
  }
}

/// How alike two words are, 0 to 1, by their edit distance.
///
/// `threshold` is the least likeness that matters: words whose lengths alone rule it out are 0. Does not allocate for
/// words of ASCII letters, of which a dialogue compares thousands a turn.
func similarity(_ first: String, _ second: String, atLeast threshold: Double = 0) -> Double {
  if first == second { return 1 }
  let result = first.utf8.withContiguousStorageIfAvailable { left in
    second.utf8.withContiguousStorageIfAvailable { right -> Double? in
      guard left.allSatisfy({ $0 < 0x80 }), right.allSatisfy({ $0 < 0x80 }) else { return nil }
      return similarity(left.prefix(40), right.prefix(40), atLeast: threshold)
    }
  }
  return result.flatMap(\.self).flatMap(\.self)
    ?? similarity(
      ArraySlice(first.unicodeScalars.prefix(40)), ArraySlice(second.unicodeScalars.prefix(40)), atLeast: threshold)
}

/// One less the edit distance (Levenshtein) over the greater length.
private func similarity<Letters: Collection>(_ a: Letters, _ b: Letters, atLeast threshold: Double) -> Double
where Letters.Element: Equatable {
  let (rows, columns) = (a.count, b.count)
  guard rows > 0, columns > 0 else { return 0 }
  guard Double(min(rows, columns)) / Double(max(rows, columns)) >= threshold else { return 0 }
  return withUnsafeTemporaryAllocation(of: Int.self, capacity: columns + 1) { distances in
    for column in 0...columns { distances.initializeElement(at: column, to: column) }
    for (row, left) in a.enumerated() {
      var diagonal = distances[0]
      distances[0] = row + 1
      var column = 1
      for right in b {
        let above = distances[column]
        distances[column] = min(diagonal + (left == right ? 0 : 1), above + 1, distances[column - 1] + 1)
        diagonal = above
        column += 1
      }
    }
    return 1 - Double(distances[columns]) / Double(max(rows, columns))
  }
}
