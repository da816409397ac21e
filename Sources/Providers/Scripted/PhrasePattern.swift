import VoicePipeline

/// What is wrong with a phrase of a scripted dialogue.
struct PhraseError: Error, Equatable {
  var message: String
}

/// A way to say something, with choices, parts that may be left out, and slots.
indirect enum PhrasePattern: Sendable, Equatable {
  case word(String)
  case slot(String)
  case sequence([PhrasePattern])
  case choice([PhrasePattern])
  case optional(PhrasePattern)

  /// One step of a phrase with all choices made.
  enum Token: Sendable, Equatable {
    case word(String)
    case slot(String)
  }

  /// Most ways to say one phrase; more is a mistake in writing, and would be slow to match.
  static let expansionLimit = 256
  private static let depthLimit = 16

  /// Reads `text`, e.g. `[please] (call|ring) {who}`.
  init(_ text: String) throws(PhraseError) {
    var reader = Reader(Array(text))
    self = try reader.alternatives(depth: 0)
    if let rest = reader.peek { throw PhraseError(message: "'\(rest)' without its beginning") }
    if tokens.contains(where: \.isEmpty) { throw PhraseError(message: "all of it may be left out") }
    if tokens.count > Self.expansionLimit {
      throw PhraseError(message: "can be said in more than \(Self.expansionLimit) ways; write it as several phrases")
    }
  }

  /// All ways to say it, up to one more than the limit.
  var tokens: [[Token]] {
    switch self {
    case .word(let word): return [[.word(word)]]
    case .slot(let name): return [[.slot(name)]]
    case .optional(let part): return [[]] + part.tokens
    case .choice(let parts): return Array(parts.flatMap(\.tokens).prefix(Self.expansionLimit + 1))
    case .sequence(let parts):
      var all: [[Token]] = [[]]
      for part in parts {
        let next = part.tokens
        var product: [[Token]] = []
        for head in all {
          for tail in next where product.count <= Self.expansionLimit { product.append(head + tail) }
        }
        all = product
      }
      return all
    }
  }

  /// The slots that occur.
  var slots: Set<String> {
    switch self {
    case .word: []
    case .slot(let name): [name]
    case .optional(let part): part.slots
    case .choice(let parts), .sequence(let parts): parts.reduce(into: []) { $0.formUnion($1.slots) }
    }
  }

  private struct Reader {
    let text: [Character]
    var index = 0

    init(_ text: [Character]) { self.text = text }

    var peek: Character? { index < text.count ? text[index] : nil }

    mutating func alternatives(depth: Int) throws(PhraseError) -> PhrasePattern {
      guard depth < PhrasePattern.depthLimit else { throw PhraseError(message: "is nested too deeply") }
      var parts = [try sequence(depth: depth)]
      while peek == "|" {
        index += 1
        parts.append(try sequence(depth: depth))
      }
      return parts.count == 1 ? parts[0] : .choice(parts)
    }

    mutating func sequence(depth: Int) throws(PhraseError) -> PhrasePattern {
      var parts: [PhrasePattern] = []
      while let character = peek, character != "|", character != ")", character != "]" {
        index += 1
        switch character {
        case "(":
          parts.append(try alternatives(depth: depth + 1))
          try close(")")
        case "[":
          parts.append(.optional(try alternatives(depth: depth + 1)))
          try close("]")
        case "{":
          var name = ""
          while let next = peek, next != "}" {
            name.append(next)
            index += 1
          }
          try close("}")
          guard !name.isEmpty else { throw PhraseError(message: "a slot without a name") }
          parts.append(.slot(name))
        case _ where character.isLetter || character.isNumber:
          var word = String(character)
          while let next = peek, next.isLetter || next.isNumber || next == "'" || next == "’" {
            word.append(next == "’" ? "'" : next)
            index += 1
          }
          parts.append(.word(word.lowercased()))
        case "}": throw PhraseError(message: "'}' without its beginning")
        default: break
        }
      }
      guard !parts.isEmpty else { throw PhraseError(message: "an empty part") }
      return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func close(_ bracket: Character) throws(PhraseError) {
      guard peek == bracket else { throw PhraseError(message: "'\(bracket)' is missing") }
      index += 1
    }
  }
}
