import FoundationEssentials

/// Keeps watch over a call, in which a turn may still grow after it was answered, and in which what is found waits for
/// the boundary between turns. Sans-IO.
struct EscalationLookout: Sendable {
  /// A language model's verdict on some turns.
  struct Verdict: Sendable {
    var kind: EscalationKind
    /// The names of those that show it.
    var turns: [String]
    /// What the model was shown.
    var items: [EvidenceItem]
  }

  /// What is kept of a call for the person who takes over.
  private static let longestTranscript = 60
  /// What a classifier is shown: the end of the conversation.
  private static let shownTurns = 12

  private var watch: EscalationWatch
  private let hasPeople: Bool
  private let usesClassifier: Bool
  /// The turn that the watch was told last, as it was before, since the turn may still go on.
  private var watched: (turn: Int, text: String, before: EscalationWatch.State)?
  /// Found beside a turn.
  private var deferred: EscalationFinding?
  private(set) var verdict: Verdict?
  /// What was said, with names, for the person who takes over.
  private(set) var said: [EvidenceItem] = []
  /// A person was told and will join by themselves.
  private(set) var isPersonAwaited = false

  /// A lookout with the rules and the memory of `watch`, over a call by `settings`.
  init(_ watch: EscalationWatch, _ settings: EscalationSettings) {
    self.watch = watch
    hasPeople = settings.hasPeople
    usesClassifier = settings.judgement.usesClassifier
  }

  /// What has to be kept of the watch for the next conversation.
  var state: EscalationWatch.State { watch.state }

  private static func name(ofTurn turn: Int) -> String { "turn \(turn)" }
  private static func name(ofReply reply: Int) -> String { "reply \(reply)" }

  // MARK: What is told

  /// The caller's turn is known. Returns what has to be acted on instead of an answer.
  mutating func callerSaid(_ text: String, turn: Int, confidence: Double?, at date: Date) -> EscalationFinding? {
    if let watched, watched.turn == turn {
      // The same words are another attempt at an answer; others replace those that were thought to be all.
      if watched.text == text { return nil }
      watch.state = watched.before
    }
    watched = (turn, text, watch.state)
    let found = watch.customerSaid(text, id: Self.name(ofTurn: turn), confidence: confidence, at: date)
    return acted(EscalationFinding.preferred(found, atBoundary()))
  }

  /// No word of the caller's turn was understood. Returns what has to be acted on.
  mutating func callerWasNotUnderstood(at date: Date) -> EscalationFinding? {
    acted(watch.customerNotUnderstood(id: "unheard", at: date))
  }

  /// The caller's turn can't grow any more.
  mutating func callerSettled(_ text: String, turn: Int, at date: Date) {
    note(.customer, text, id: Self.name(ofTurn: turn), at: date)
  }

  /// The assistant's speech `reply` is over and `heard` of it was heard; `isAnswer` unless it was a phrase.
  mutating func assistantSaid(_ heard: String, reply: Int, isAnswer: Bool, at date: Date) {
    guard !heard.isEmpty else { return }
    note(.assistant, heard, id: Self.name(ofReply: reply), at: date)
    guard isAnswer else { return }
    let found = watch.assistantAnswered(heard, id: Self.name(ofReply: reply), at: date)
    deferred = EscalationFinding.preferred(deferred, found)
  }

  /// Judges a sentence of the speech `reply` before it is spoken.
  mutating func check(_ sentence: String, reply: Int, at date: Date) -> DraftVerdict {
    watch.check(draft: sentence, id: Self.name(ofReply: reply), at: date)
  }

  /// The dialogue knows `facts` facts after an answer, and waits for another if `wantsMore`.
  mutating func dialogueKnows(_ facts: Int, wantsMore: Bool) { watch.dialogueKnows(facts, wantsMore: wantsMore) }

  /// A person will join by themselves.
  mutating func personAwaited() { isPersonAwaited = true }

  /// No person took the caller: it is the assistant's again.
  mutating func notTaken() {
    watch.handedBack()
    forget()
  }

  /// The person gave the caller back.
  mutating func handedBack() {
    notTaken()
    isPersonAwaited = false
  }

  private mutating func note(_ author: EvidenceItem.Author, _ text: String, id: String, at date: Date) {
    said.append(EvidenceItem(id: id, author: author, text: text, at: date))
    if said.count > Self.longestTranscript { said.removeFirst(said.count - Self.longestTranscript) }
  }

  // MARK: What follows

  /// A person at the console, or an operator, wants the conversation.
  mutating func supervisorAsked(_ reason: String) -> EscalationFinding? { watch.supervisorAsked(reason) }

  /// What has to be acted on now that nobody speaks.
  mutating func takeAtBoundary() -> EscalationFinding? { acted(atBoundary()) }

  /// What stands behind `wish`, which is being acted on: whatever else was found is done with.
  mutating func finding(for wish: PersonWish) -> EscalationFinding {
    forget()
    switch wish {
    case .finding(let finding): return finding
    case .dialogue(let reason):
      return watch.modelAsked(reason) ?? EscalationFinding(kind: .complexity, reason: reason)
    case .givingUp(.notUnderstood):
      return EscalationFinding(kind: .lowConfidence, reason: GivingUp.notUnderstood.reason)
    case .givingUp(let why):
      return watch.providerFailed(why.reason) ?? EscalationFinding(kind: .providerFailure, reason: why.reason)
    }
  }

  /// What a classifier is to look at beside the answer `reply` to the caller's `text`; nil if it is not wanted.
  func exhibits(_ text: String, turn: Int, answer: String, reply: Int, at date: Date) -> [EvidenceItem]? {
    guard usesClassifier, hasPeople, !isPersonAwaited else { return nil }
    return Array(said.suffix(Self.shownTurns)) + [
      EvidenceItem(id: Self.name(ofTurn: turn), author: .customer, text: text, at: date),
      EvidenceItem(id: Self.name(ofReply: reply), author: .assistant, text: answer, at: date),
    ]
  }

  /// A classifier has looked at `turn`. Nothing comes of it if the turn went on in the meantime.
  mutating func judged(_ verdict: Verdict, turn: Int) {
    if watched?.turn == turn { self.verdict = verdict }
  }

  /// `finding` if there is someone to call for it, and not just on their way.
  private func acted(_ finding: EscalationFinding?) -> EscalationFinding? {
    guard let finding, hasPeople else { return nil }
    return isPersonAwaited && !finding.kind.isExplicit ? nil : finding
  }

  /// What came up beside the last turn.
  private mutating func atBoundary() -> EscalationFinding? {
    var finding = deferred
    if let verdict {
      finding = EscalationFinding.preferred(
        finding, watch.take(verdict: verdict.kind, turns: verdict.turns, of: verdict.items))
    }
    forget()
    return finding
  }

  private mutating func forget() {
    deferred = nil
    verdict = nil
  }
}
