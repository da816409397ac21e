/// Cuts text into sentences to speak, while it is still being written.
///
/// A sentence is given out the moment its punctuation decides; what comes next is waited for only where it could change
/// the meaning of a full stop (`3.`, `Dr.`, `p.m.`).
public struct SentenceSplitter: Sendable {
  /// Characters after which a sentence without an end is cut at its last comma.
  private static let longest = 200
  private static let closers: Set<Character> = ["\"", "'", "”", "’", "»", ")", "]", "*"]
  private static let abbreviations: Set<String> = [
    "dr", "mr", "mrs", "ms", "prof", "st", "sr", "sra", "srta", "dra", "ud", "uds", "vs", "no", "núm", "nº", "tel",
    "ext",
    "approx", "avda", "av", "inc", "ltd", "jr", "etc", "pág", "art",
  ]

  private enum Verdict {
    case end
    case goOn
    /// The next character is needed.
    case undecided
  }

  private var buffer: [Character] = []
  /// How far the buffer is known to hold no end.
  private var scanned = 0

  /// A splitter with nothing in it.
  public init() {}

  /// Takes the next piece of text and returns the sentences that it completes.
  public mutating func append(_ text: String) -> [String] {
    buffer.append(contentsOf: text)
    var sentences: [String] = []
    while scanned < buffer.count {
      var verdict = Verdict.goOn
      switch buffer[scanned] {
      case "!", "?", "。", "！", "？": verdict = .end
      case "…": verdict = dots(at: scanned)
      case ".": verdict = fullStop(at: scanned)
      case let character where character.isNewline: verdict = .end
      default: break
      }
      switch verdict {
      case .end:
        cut(after: endIndex(from: scanned), into: &sentences)
      case .undecided:
        return sentences
      case .goOn:
        scanned += 1
        if scanned > Self.longest { cutLongClause(into: &sentences) }
      }
    }
    return sentences
  }

  /// Nothing follows: returns what is left.
  public mutating func flush() -> [String] {
    var sentences: [String] = []
    cut(after: buffer.count - 1, into: &sentences)
    return sentences
  }

  private func fullStop(at index: Int) -> Verdict {
    if index + 1 < buffer.count, buffer[index + 1] == "." { return dots(at: index) }
    if index > 0, buffer[index - 1] == "." { return dots(at: index) }
    let word = String(buffer[..<index].reversed().prefix { !$0.isWhitespace && $0 != "(" }.reversed())
    if Self.abbreviations.contains(word.lowercased()) { return .goOn }
    let isInitial = word.count == 1 && word.first?.isUppercase == true
    let hasInnerStop = word.contains(".")
    let isNumber = word.last?.isNumber == true
    guard index + 1 < buffer.count else { return isInitial || hasInnerStop || isNumber ? .undecided : .end }
    let next = buffer[index + 1]
    guard next.isWhitespace || Self.closers.contains(next) else { return .goOn }
    if !isInitial && !hasInnerStop { return .end }
    // "Plan B. We": the next word tells. "J. Smith" reads as an end too, unless there is only the letter.
    guard let start = buffer[(index + 1)...].first(where: { !$0.isWhitespace }) else { return .undecided }
    return start.isUppercase && !isInitial || "¿¡".contains(start) ? .end : .goOn
  }

  /// An ellipsis ends a sentence only if a new one begins behind it.
  private func dots(at index: Int) -> Verdict {
    let rest = buffer[index...].drop { $0 == "." || $0 == "…" }
    guard let next = rest.first else { return .undecided }
    if !next.isWhitespace { return .goOn }
    guard let start = rest.first(where: { !$0.isWhitespace }) else { return .undecided }
    return start.isUppercase || "¿¡".contains(start) ? .end : .goOn
  }

  /// The end of the sentence including doubled marks and closing quotes.
  private func endIndex(from index: Int) -> Int {
    var end = index
    while end + 1 < buffer.count, "!?.…".contains(buffer[end + 1]) || Self.closers.contains(buffer[end + 1]) {
      end += 1
    }
    return end
  }

  private mutating func cutLongClause(into sentences: inout [String]) {
    let window = buffer[..<scanned]
    guard
      let end = window.lastIndex(where: { ",;:".contains($0) }) ?? window.lastIndex(where: \.isWhitespace)
    else {
      if scanned > 2 * Self.longest { cut(after: scanned - 1, into: &sentences) }
      return
    }
    // A comma inside of a number parts nothing.
    if end + 1 < buffer.count, end > 0, buffer[end - 1].isNumber, buffer[end + 1].isNumber { return }
    cut(after: end, into: &sentences)
  }

  private mutating func cut(after end: Int, into sentences: inout [String]) {
    guard end >= 0, end < buffer.count else { return }
    let sentence = buffer[...end]
    buffer.removeFirst(end + 1)
    scanned = 0
    // Marks that trail a sentence already given out are nothing to speak.
    guard sentence.contains(where: { $0.isLetter || $0.isNumber }) else { return }
    let text = String(sentence)
    sentences.append(String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()))
  }
}
