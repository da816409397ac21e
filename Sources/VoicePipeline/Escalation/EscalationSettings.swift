/// How a conversation is handed to a person.
public struct EscalationSettings: Sendable, Equatable {
  /// Whom to ring, as the carrier understands it (for a phone call a SIP URI). `nil`: there is nobody.
  public var target: String?
  /// The longest wait for the person to answer. 5 s to 5 min. Then the assistant takes the caller back.
  public var ringing: Duration
  /// Silence while the caller waits until they hear something again. 200 ms to 1.9 s, so that no two seconds are silent.
  public var comfort: Duration
  /// Each how many comfort sounds a phrase takes the place of the tone. 1 to 100.
  public var phraseEvery: Int
  /// How long the carrier may still stand after a successful hand-over before it is closed. Default 500 ms, in which a
  /// peer that hangs up by itself does; up to 60 s.
  public var closing: Duration
  /// More phrases that ask for a person, by language (`en`), next to those known from the start.
  public var requests: [String: [String]]
  /// Whether people look after the queue of those who wait for a person (at a console), so that one is wanted even where
  /// there is nobody to ring. Default false; set by what knows of them.
  public var queue: Bool
  /// When a person is called.
  public var conditions: EscalationConditions
  /// What a language model does beside.
  public var judgement: EscalationJudgement

  /// Whether there is anyone who could take over.
  public var hasPeople: Bool { target != nil || queue }

  /// Settings; the defaults are those of the configuration.
  public init(
    target: String? = nil, ringing: Duration = .seconds(45), comfort: Duration = .milliseconds(1200),
    phraseEvery: Int = 4, closing: Duration = .milliseconds(500), requests: [String: [String]] = [:],
    queue: Bool = false, conditions: EscalationConditions = EscalationConditions(),
    judgement: EscalationJudgement = EscalationJudgement()
  ) {
    self.target = target
    self.ringing = ringing
    self.comfort = comfort
    self.phraseEvery = phraseEvery
    self.closing = closing
    self.requests = requests
    self.queue = queue
    self.conditions = conditions
    self.judgement = judgement
  }

  /// What is out of range, each with its configuration key. Empty if all is well.
  public var problems: [String] {
    var found: [String] = []
    func check(_ key: String, _ value: Duration, _ range: ClosedRange<Duration>) {
      if !range.contains(value) {
        found.append("\(key): \(value) is not within \(range.lowerBound) to \(range.upperBound)")
      }
    }
    check("ringing", ringing, .seconds(5) ... .seconds(300))
    check("comfort", comfort, .milliseconds(200) ... .milliseconds(1900))
    check("closing", closing, .zero ... .seconds(60))
    if !(1...100).contains(phraseEvery) { found.append("phrase_every: \(phraseEvery) is not within 1 to 100") }
    if let target, target.isEmpty { found.append("target: is empty; leave it out if there is nobody to ring") }
    return found + conditions.problems + judgement.problems
  }
}
