import VoicePipeline

/// Compares what was heard with a phrase, forgivingly: words may be missing, extra or slightly wrong, and each such slip
/// costs by how much the word means.
struct PhraseMatcher: Sendable {
  struct Match: Sendable, Equatable {
    /// 0 to 1; 1 is word for word.
    var score: Double
    var slots: [String: String]
  }

  /// Words beyond these are not looked at: nobody says a phrase after two minutes of talk.
  private static let wordLimit = 80
  private static let slotWeight = 1.5
  /// Under this two words are not taken for one with a slip in it.
  private static let leastLikeness = 0.6

  private let tokens: [PhrasePattern.Token]
  private let words: [String]
  private let weight: Double

  init(_ tokens: [PhrasePattern.Token]) {
    var plain: [String] = []
    var all: [PhrasePattern.Token] = []
    for token in tokens {
      switch token {
      case .slot:
        all.append(token)
        plain.append("")
      case .word(let word):
        // A word with a hyphen or the like may be several.
        for part in Words.normalised(word) {
          all.append(.word(part))
          plain.append(part)
        }
      }
    }
    self.tokens = all
    words = plain
    weight = zip(all, plain).map { token, word in
      if case .slot = token { Self.slotWeight } else { Self.weight(of: word) }
    }.reduce(0, +)
  }

  private struct Cell {
    var cost = Double.infinity
    var slots: [String: String] = [:]
    var hasMeaning = false
  }

  /// How well `heard` (normalised words) fits, or nil if nothing that means something does.
  func match(_ heard: [String], slots: [String: SlotMatcher]) -> Match? {
    let heard = Array(heard.prefix(Self.wordLimit))
    guard !heard.isEmpty, weight > 0 else { return nil }
    let width = heard.count + 1
    var cells = [Cell](repeating: Cell(), count: (tokens.count + 1) * width)
    cells[0].cost = 0
    func relax(_ index: Int, _ cost: Double, _ slots: [String: String], _ hasMeaning: Bool) {
      guard cost < cells[index].cost else { return }
      cells[index] = Cell(cost: cost, slots: slots, hasMeaning: hasMeaning)
    }
    for row in 0...tokens.count {
      for column in 0..<width {
        let cell = cells[row * width + column]
        guard cell.cost < weight else { continue }
        if column < heard.count {
          let atEdge = row == 0 || row == tokens.count
          let cost = Self.extraCost(heard[column]) * (atEdge ? 0.5 : 1)
          relax(row * width + column + 1, cell.cost + cost, cell.slots, cell.hasMeaning)
        }
        guard row < tokens.count else { continue }
        switch tokens[row] {
        case .word(let word):
          let wordWeight = Self.weight(of: word)
          relax((row + 1) * width + column, cell.cost + wordWeight, cell.slots, cell.hasMeaning)
          guard column < heard.count else { continue }
          let likeness = similarity(word, heard[column], atLeast: Self.leastLikeness)
          guard likeness >= Self.leastLikeness else { continue }
          relax(
            (row + 1) * width + column + 1, cell.cost + wordWeight * (1 - likeness), cell.slots,
            cell.hasMeaning || wordWeight == 1)
        case .slot(let name):
          guard let slot = slots[name], column < heard.count else { continue }
          for end in (column + 1)...min(heard.count, column + slot.longest) {
            guard let (value, cost) = slot.value(of: heard[column..<end]) else { continue }
            var values = cell.slots
            values[name] = value
            relax((row + 1) * width + end, cell.cost + cost, values, true)
          }
        }
      }
    }
    let last = cells[tokens.count * width + heard.count]
    guard last.cost < weight, last.hasMeaning || tokens.allSatisfy(Self.isSlight) else { return nil }
    return Match(score: 1 - last.cost / weight, slots: last.slots)
  }

  private static func isSlight(_ token: PhrasePattern.Token) -> Bool {
    if case .word(let word) = token { weight(of: word) < 1 } else { false }
  }

  private static func weight(of word: String) -> Double { slight.contains(word) ? 0.35 : 1 }
  private static func extraCost(_ word: String) -> Double { slight.contains(word) ? 0.08 : 0.3 }

  /// Words that carry little of a request's meaning.
  private static let slight: Set<String> = [
    "a", "an", "the", "to", "of", "in", "on", "at", "for", "my", "your", "i", "id", "im", "me", "we", "you", "it", "is",
    "are", "am", "was", "be", "do", "does", "can", "could", "would", "will", "want", "like", "please", "what", "whats",
    "and", "or", "uh", "um", "well", "so", "hello", "hi", "hey", "okay", "ok", "just", "with", "that", "this", "have",
    "el", "la", "los", "las", "un", "una", "unos", "unas", "de", "del", "al", "que", "en", "mi", "su", "tu", "me", "le",
    "se", "es", "son", "por", "favor", "para", "con", "quiero", "quisiera", "querria", "puede", "puedo", "hola", "y",
    "o", "pues", "bueno", "eh", "cual", "lo",
  ]
}
