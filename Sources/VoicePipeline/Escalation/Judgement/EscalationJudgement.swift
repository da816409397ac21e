/// The part of a language model in handing over, where there is one that can judge and sum up.
public struct EscalationJudgement: Sendable, Equatable {
  /// Whether it looks on, beside the rules. Default true.
  public var usesClassifier: Bool
  /// How long its verdict may take. Default 4 s: a later one would come into the turn after the next. 500 ms to 30 s.
  public var classifierLimit: Duration
  /// How long the summary for the person may take. Default 8 s; nothing waits for it. 1 s to 60 s.
  public var summaryLimit: Duration
  /// The language of the summary (BCP 47). Default nil: the assistant's.
  public var summaryLanguage: String?

  /// A part with its defaults.
  public init() {
    usesClassifier = true
    classifierLimit = .seconds(4)
    summaryLimit = .seconds(8)
    summaryLanguage = nil
  }

  /// What is out of range, each with its configuration key. Empty if all is well.
  public var problems: [String] {
    var found: [String] = []
    func check(_ key: String, _ value: Duration, _ range: ClosedRange<Duration>) {
      if !range.contains(value) {
        found.append("\(key): \(value) is not within \(range.lowerBound) to \(range.upperBound)")
      }
    }
    check("classifier.limit", classifierLimit, .milliseconds(500) ... .seconds(30))
    check("summary.limit", summaryLimit, .seconds(1) ... .seconds(60))
    return found
  }
}
