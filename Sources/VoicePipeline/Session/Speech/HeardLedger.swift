public import Audio

/// Which stretch of playout carries which words, so that it is known what was heard when playout stopped.
public struct HeardLedger: Sendable {
  private struct Span {
    var text: String
    var start: LinePosition?
    var end = LinePosition.start
    var isComplete = false
  }

  private let samplesPerCharacter: UInt64
  private var spans: [Span] = []

  /// A ledger for playout at `sampleRate` Hz.
  public init(sampleRate: Int) {
    // 15 characters a second is usual speech. It stands in for the length of a sentence still being synthesised.
    samplesPerCharacter = UInt64(max(1, sampleRate / 15))
  }

  /// Where the first sound lies, if there was any.
  public var start: LinePosition? { spans.lazy.compactMap(\.start).first }
  /// Just behind the last sound.
  public var end: LinePosition { spans.last { $0.start != nil }?.end ?? .start }
  /// All that was handed to playout.
  public var text: String { Self.join(spans.lazy.filter { $0.start != nil }.map(\.text)) }

  /// What is queued from now on says `text`.
  public mutating func begin(_ text: String) { spans.append(Span(text: text)) }

  /// Sound of the present text was queued from one position to another.
  public mutating func extend(from: LinePosition, to: LinePosition) {
    guard let last = spans.indices.last, to > from else { return }
    if spans[last].start == nil { spans[last].start = from }
    spans[last].end = to
  }

  /// The present text is queued to its end.
  public mutating func complete() {
    guard let last = spans.indices.last else { return }
    spans[last].isComplete = true
  }

  /// What was heard once playout had sent everything before `position`. Inside a sentence the words are taken to be
  /// spread evenly over its characters; a word that was cut counts as not heard.
  public func heard(upTo position: LinePosition) -> String {
    var texts: [String] = []
    for span in spans {
      guard let start = span.start, position > start else { break }
      var length = span.end.samples(since: start)
      if !span.isComplete {
        length = max(length, UInt64(span.text.count).multipliedReportingOverflow(by: samplesPerCharacter).partialValue)
      }
      let sent = position.samples(since: start)
      if sent >= length {
        texts.append(span.text)
        continue
      }
      let characters = Array(span.text)
      let count = Int(Double(characters.count) * Double(sent) / Double(max(1, length)))
      var prefix = characters.prefix(count)
      if count < characters.count, !characters[count].isWhitespace {
        // Back to the last whole word; with no white space at all there is none.
        prefix = prefix[..<(prefix.lastIndex(where: \.isWhitespace) ?? prefix.startIndex)]
      }
      while prefix.last?.isWhitespace == true { prefix.removeLast() }
      if !prefix.isEmpty { texts.append(String(prefix)) }
      break
    }
    return Self.join(texts)
  }

  private static func join(_ texts: some Sequence<String>) -> String { texts.joined(separator: " ") }
}
