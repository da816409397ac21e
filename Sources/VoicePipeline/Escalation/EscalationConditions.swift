/// When a person is called. Every condition has its own knobs and may be switched off.
public struct EscalationConditions: Sendable, Equatable {
  /// The kinds that are looked for. Default all; explicit requests and a supervisor's click can't be switched off.
  public var enabled: Set<EscalationKind>
  /// The subjects that go to a person at once. Default all.
  public var subjects: Set<SensitiveSubject>
  /// Phrases of one's own for a subject, by language (`es`).
  public var subjectPhrases: [SensitiveSubject: [String: [String]]]
  /// Phrases of one's own that show anger, by language.
  public var negativePhrases: [String: [String]]
  /// How many displeased turns within `frustrationWindow` count as frustration. Default 2: one is everyday life. 1 to 10.
  public var negativeTurns: Int
  /// The customer's last turns that are looked at for it. Default 3. 1 to 10.
  public var frustrationWindow: Int
  /// How often the same is asked before it goes in circles. Default 2: whoever asks again was not helped. 2 to 10.
  public var sameRequest: Int
  /// How often running the same answer is given. Default 2. 2 to 10.
  public var sameAnswer: Int
  /// How many turns without a new fact while the dialogue waits for one. Default 3. 1 to 20.
  public var turnsWithoutFact: Int
  /// How often the customer says that advice did not help. Default 2: one clarification, then a person. 1 to 10.
  public var failedAttempts: Int
  /// A recognition below this confidence counts as not understood. Default 0.3, 0 to 1.
  public var leastConfidence: Double
  /// How many such turns running. Default 2. 1 to 10.
  public var unclearTurns: Int
  /// How many failures of tools. Default 2: the first may be chance. 1 to 10.
  public var toolFailures: Int
  /// How long a customer may wait for an answer. Default 10 min, as long as somebody looks at a chat before giving up;
  /// 10 s to 24 h.
  public var waiting: Duration
  /// Who is a VIP: numbers with country code, or ids of the channel. Default none.
  public var vip: Set<String>
  /// For how many turns a kind is not found again after the conversation was handed back, or after it was found.
  /// Default 3: time enough for the person's word to work. 0 to 50.
  public var quietTurns: Int
  /// Whether answers of a language model are held against promises that nobody will keep. Default true.
  public var guardsPromises: Bool

  /// Conditions with their defaults.
  public init() {
    enabled = Set(EscalationKind.allCases)
    subjects = Set(SensitiveSubject.allCases)
    subjectPhrases = [:]
    negativePhrases = [:]
    negativeTurns = 2
    frustrationWindow = 3
    sameRequest = 2
    sameAnswer = 2
    turnsWithoutFact = 3
    failedAttempts = 2
    leastConfidence = 0.3
    unclearTurns = 2
    toolFailures = 2
    waiting = .seconds(600)
    vip = []
    quietTurns = 3
    guardsPromises = true
  }

  /// Whether `kind` is looked for.
  public func looks(for kind: EscalationKind) -> Bool { kind.isExplicit || enabled.contains(kind) }

  /// What is out of range, each with its configuration key. Empty if all is well.
  public var problems: [String] {
    var found: [String] = []
    func count(_ key: String, _ value: Int, _ range: ClosedRange<Int>) {
      if !range.contains(value) {
        found.append("\(key): \(value) is not within \(range.lowerBound) to \(range.upperBound)")
      }
    }
    count("conditions.frustration.turns", negativeTurns, 1...10)
    count("conditions.frustration.window", frustrationWindow, 1...10)
    if (1...10).contains(frustrationWindow), negativeTurns > frustrationWindow {
      found.append(
        "conditions.frustration.turns: \(negativeTurns) can't be reached within a window of \(frustrationWindow)")
    }
    count("conditions.stagnation.same_request", sameRequest, 2...10)
    count("conditions.stagnation.same_answer", sameAnswer, 2...10)
    count("conditions.stagnation.turns_without_fact", turnsWithoutFact, 1...20)
    count("conditions.stagnation.failed_attempts", failedAttempts, 1...10)
    if !(0...1).contains(leastConfidence) {
      found.append("conditions.low_confidence.threshold: \(leastConfidence) is not within 0 to 1")
    }
    count("conditions.low_confidence.turns", unclearTurns, 1...10)
    count("conditions.complexity.tool_failures", toolFailures, 1...10)
    count("quiet_turns", quietTurns, 0...50)
    let limits: ClosedRange<Duration> = .seconds(10) ... .seconds(86_400)
    if !limits.contains(waiting) {
      found.append(
        "conditions.waiting.limit: \(waiting) is not within \(limits.lowerBound) to \(limits.upperBound)")
    }
    return found
  }
}
