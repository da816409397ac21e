/// Knows when a person is needed, in calls and in chats.
///
/// Named conditions with counters, no scores: each finding can be told in one sentence, replayed from what was said, and
/// switched off. It takes what happened and the time, says what was found, and does nothing itself. Rules that read
/// words run in well under a millisecond for a turn, so that no answer waits for them; a language model, where there is
/// one, only adds its verdict (`take(verdict:…)`).
///
/// What is found is reported once: its counters begin anew, and the same kind is silent for `quietTurns` turns, unless
/// the customer asks in words.
public struct EscalationWatch: Sendable {
  /// When a person is called.
  public let conditions: EscalationConditions
  let lexicon: Lexicon
  let request: PersonRequest
  let negative: WordPatterns
  let sensitive: [SensitiveSubject: WordPatterns]
  private var isVIP: Bool

  /// What has to be kept with the conversation.
  public internal(set) var state: State

  /// A watch over one conversation in `language`, which goes on where `state` was taken. `identities` are the names by
  /// which the customer is known on the channels (number, id).
  public init(
    settings: EscalationSettings, language: String, identities: [String] = [], state: State = State()
  ) {
    conditions = settings.conditions
    let code = Lexicon.code(language)
    lexicon = Lexicon.of(language)
    request = PersonRequest(language: language, more: settings.requests)
    negative = lexicon.negative.adding(conditions.negativePhrases[code] ?? [])
    var sensitive: [SensitiveSubject: WordPatterns] = [:]
    for subject in SensitiveSubject.allCases where conditions.subjects.contains(subject) {
      sensitive[subject] = (lexicon.sensitive[subject] ?? WordPatterns())
        .adding(conditions.subjectPhrases[subject]?[code] ?? [])
    }
    self.sensitive = sensitive
    isVIP = !conditions.vip.isDisjoint(with: identities)
    self.state = state
  }

  /// A watch over another conversation by the same rules as `other`, which goes on where `state` was taken.
  public init(resuming state: State, like other: EscalationWatch, identities: [String]) {
    self = other
    isVIP = !conditions.vip.isDisjoint(with: identities)
    self.state = state
  }

  /// The number of the customer's present turn, from 1.
  public var turn: Int { state.turn }

  /// The customer's next turn is made of `messages`, by their names. Only where a turn may be taken back after it was
  /// answered, as in a chat: one that holds a message of the last turn takes its place.
  public mutating func beginTurn(of messages: [String]) { state.beginTurn(of: messages) }

  // MARK: What others tell

  /// A person at the console, or an operator, wants the conversation.
  public mutating func supervisorAsked(_ reason: String) -> EscalationFinding? {
    found(.supervisor, Self.line(reason, or: "a supervisor asked for it"))
  }

  /// A provider failed for good: the retry failed too, or there is none.
  public mutating func providerFailed(_ reason: String) -> EscalationFinding? {
    found(.providerFailure, Self.line(reason, or: "a provider failed"), state.recent.suffix(2))
  }

  /// The language model asked for a person; `words` are its reason.
  public mutating func modelAsked(_ words: String) -> EscalationFinding? {
    // The model's word is an act, not a guess: it is not held back, only noted.
    let reason = Self.line(words, or: "the assistant can't help")
    return noted(EscalationFinding(kind: .complexity, reason: reason, evidence: Array(state.recent.suffix(4))))
  }

  /// A tool failed; `name` is ours, not the customer's.
  public mutating func toolFailed(_ name: String) -> EscalationFinding? {
    state.toolFailures = min(state.toolFailures + 1, State.maximumCount)
    guard state.toolFailures >= conditions.toolFailures else { return nil }
    return found(
      .complexity, "\(state.toolFailures) tool calls failed, the last \(name.prefix(60))", state.recent.suffix(2))
  }

  /// Something would have to be done that the assistant may not do, or has no tool for.
  public mutating func abilityMissing(_ name: String) -> EscalationFinding? {
    found(.complexity, "the assistant can't do this itself: \(name.prefix(60))", state.recent.suffix(2))
  }

  /// Whether the dialogue now waits for a fact, e.g. a number.
  public mutating func factWanted(_ isWanted: Bool = true) {
    state.turnsWithoutFact = isWanted ? state.turnsWithoutFact ?? 0 : nil
  }

  /// A new fact is known: the conversation gets on.
  public mutating func factLearnt() {
    state.turnsWithoutFact = nil
    state.failedAttempts = 0
    state.requests = []
    state.answers = []
  }

  /// After an answer: how many facts the dialogue knows, and whether it waits for another.
  public mutating func dialogueKnows(_ count: Int, wantsMore: Bool) {
    let count = min(max(0, count), State.maximumCount)
    if count > state.facts { factLearnt() }
    state.facts = count
    factWanted(wantsMore)
  }

  /// The customer has waited for `duration` and has no answer yet.
  public mutating func waited(_ duration: Duration) -> EscalationFinding? {
    guard duration >= conditions.waiting else { return nil }
    let minutes = Int((duration / .seconds(60)).rounded())
    return found(.waiting, "the customer waited \(minutes) min for an answer", state.recent.suffix(1))
  }

  /// The conversation is the assistant's again: all counters begin anew, and what was found keeps silent a while.
  public mutating func handedBack() {
    for kind in state.found where !kind.isExplicit {
      state.quiet[kind.rawValue] = state.turn + conditions.quietTurns
    }
    state.found = []
    state.clearCounters()
    state.offer = nil
  }

  // MARK: A language model's verdict

  /// Joins the verdict of a language model with the rules: those of `turns` that were really said are its evidence, and
  /// without any it does not count.
  public mutating func take(
    verdict kind: EscalationKind, turns: [String], of items: [EvidenceItem]
  ) -> EscalationFinding? {
    guard EscalationKind.judged.contains(kind) else { return nil }
    let wanted = Set(turns.prefix(20))
    let evidence = items.filter { wanted.contains($0.id) }
    guard evidence.contains(where: { $0.author == .customer }) else { return nil }
    // What a model takes for a request may be one that was refused: it is held back like all that is not certain.
    guard !isQuiet(kind) else { return nil }
    return found(kind, Self.judged(kind), evidence.suffix(State.maximumRecent)[...])
  }

  private static func judged(_ kind: EscalationKind) -> String {
    switch kind {
    case .explicitRequest: "the customer seems to ask for a person"
    case .offerAccepted: "the customer seems to accept the offer of a person"
    case .sensitive: "it seems to be a sensitive matter"
    case .stagnation: "the conversation seems to go in circles"
    case .frustration: "the customer seems to be upset"
    default: "the assistant seems unable to help"
    }
  }

  // MARK: Findings

  /// A finding, unless its condition is off or keeps silent.
  mutating func found(
    _ kind: EscalationKind, _ reason: String, _ evidence: ArraySlice<EvidenceItem> = [], priority: Int? = nil
  ) -> EscalationFinding? {
    guard conditions.looks(for: kind), kind.isExplicit || !isQuiet(kind) else { return nil }
    return noted(EscalationFinding(kind: kind, reason: reason, evidence: Array(evidence), priority: priority))
  }

  private mutating func noted(_ finding: EscalationFinding) -> EscalationFinding {
    var finding = finding
    if isVIP, finding.kind != .vip { finding.priority = max(1, finding.priority - 1) }
    if !state.found.contains(finding.kind) { state.found.append(finding.kind) }
    state.quiet[finding.kind.rawValue] = state.turn + conditions.quietTurns
    state.clearCounter(of: finding.kind)
    return finding
  }

  func isQuiet(_ kind: EscalationKind) -> Bool {
    guard let until = state.quiet[kind.rawValue] else { return false }
    return state.turn <= until
  }

  /// The customer is known as one whom people attend to; once in a conversation.
  mutating func greetVIP() -> EscalationFinding? {
    guard isVIP, conditions.looks(for: .vip), !state.hasGreetedVIP else { return nil }
    state.hasGreetedVIP = true
    return found(.vip, "the customer is on the VIP list", state.recent.suffix(1))
  }

  /// One line, without what would break a log or a list.
  static func line(_ text: String, or other: String) -> String {
    let words = text.prefix(ConversationSummary.maximumLine).map { $0.isNewline ? " " : $0 }
    let line = String(words).split(separator: " ").joined(separator: " ")
    return line.isEmpty ? other : line
  }
}
