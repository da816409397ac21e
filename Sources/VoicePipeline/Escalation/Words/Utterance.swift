/// What somebody said, cut into sentences and clauses of comparable words. Sans-IO, and bounded: of a longer text only
/// the beginning is looked at.
struct Utterance: Sendable, Equatable {
  /// One word and the clause that it stands in.
  struct Token: Sendable, Equatable {
    var word: String
    var clause: Int
  }

  /// Words between full stops, question and exclamation marks.
  struct Sentence: Sendable, Equatable {
    var tokens: [Token]
    var isQuestion = false

    var words: [String] { tokens.map(\.word) }
  }

  /// What is looked at of a text, in characters: a long message of a chat; nobody says as much in one turn.
  private static let maximumCharacters = 4000

  var sentences: [Sentence] = []
  /// Whether it is written in capitals: at least two words, at least eight letters, nine of ten of them capital.
  let isShouted: Bool

  init(_ text: String) {
    let text = text.prefix(Self.maximumCharacters)
    var (capitals, letters, clause) = (0, 0, 0)
    var sentence: [Token] = []
    var piece = ""
    var result: [Sentence] = []
    func endClause() {
      sentence += Words.normalised(piece).map { Token(word: $0, clause: clause) }
      piece = ""
      clause += 1
    }
    func endSentence(asQuestion: Bool) {
      endClause()
      if !sentence.isEmpty { result.append(Sentence(tokens: sentence, isQuestion: asQuestion)) }
      sentence = []
    }
    var opened = false
    for character in text {
      if character.isUppercase { capitals += 1 }
      if character.isLetter { letters += 1 }
      switch character {
      case "?":
        endSentence(asQuestion: true)
        opened = false
      case "¿":
        endSentence(asQuestion: false)
        opened = true
      case "!":
        endSentence(asQuestion: opened)
      case ".", ";", ":", "…", "¡", "\n", "\r\n", "\r": endSentence(asQuestion: false)
      case ",", "(", ")", "–", "—", "\"", "«", "»", "“", "”": endClause()
      default: piece.append(character)
      }
    }
    endSentence(asQuestion: opened)
    sentences = result
    isShouted =
      letters >= 8 && capitals * 10 >= letters * 9 && result.reduce(0, { $0 + $1.tokens.count }) >= 2
  }

  /// All words in order.
  var words: [String] { sentences.flatMap(\.words) }
}
