public import FoundationEssentials

// The customer's side.
extension EscalationWatch {
  /// A request has at least so many words of substance; less is a greeting, a yes, a name.
  private static let leastSubstance = 2
  /// How alike two requests are that ask the same: the share of common words.
  private static let likeness = 0.8

  /// The customer said `text`. `id` names the message or the turn; `confidence` is 0 to 1 where words were heard and the
  /// recogniser says how sure it is.
  public mutating func customerSaid(
    _ text: String, id: String, confidence: Double? = nil, at: Date
  ) -> EscalationFinding? {
    beginTurn(text, id: id, at: at)
    let utterance = Utterance(text)
    guard !utterance.words.isEmpty else { return greetVIP() }
    // Counted before anything is decided, so that what is found first does not hide what went on.
    let offered = state.offer.map { $0 + 1 == state.turn } ?? false
    state.offer = nil
    countClarity(confidence)
    countRequest(utterance)
    countMood(utterance)

    if request.matches(utterance) {
      return found(.explicitRequest, "the customer asked for a person", lastTurn)
    }
    if offered, lexicon.agrees(utterance) {
      return found(.offerAccepted, "the customer accepted the offer of a person", state.recent.suffix(2))
    }
    return sensitive(in: utterance) ?? stagnation() ?? frustration(utterance) ?? lowConfidence() ?? greetVIP()
  }

  /// The customer made a sound, or sent something, and no word of it was understood.
  public mutating func customerNotUnderstood(id: String, at: Date) -> EscalationFinding? {
    beginTurn("", id: id, at: at)
    state.offer = nil
    state.unclear = min(state.unclear + 1, State.maximumCount)
    return lowConfidence() ?? greetVIP()
  }

  private mutating func beginTurn(_ text: String, id: String, at: Date) {
    state.turn = min(state.turn + 1, 1_000_000_000)
    state.promises = 0
    if let turns = state.turnsWithoutFact { state.turnsWithoutFact = min(turns + 1, State.maximumCount) }
    if !text.isEmpty { state.note(EvidenceItem(id: id, author: .customer, text: text, at: at)) }
  }

  private var lastTurn: ArraySlice<EvidenceItem> { state.recent.suffix(1) }

  /// What the customer said last, `count` turns of it.
  private func lastTurns(_ count: Int) -> ArraySlice<EvidenceItem> {
    state.recent.filter { $0.author == .customer }.suffix(count)
  }

  // MARK: Counting

  private mutating func countClarity(_ confidence: Double?) {
    guard let confidence else {
      state.unclear = 0
      return
    }
    state.unclear = confidence < conditions.leastConfidence ? min(state.unclear + 1, State.maximumCount) : 0
  }

  private mutating func countRequest(_ utterance: Utterance) {
    let words = lexicon.substance(of: utterance)
    let text =
      words.count >= Self.leastSubstance ? String(words.joined(separator: " ").prefix(State.maximumRequest)) : ""
    state.requests.append(text)
    if state.requests.count > State.maximumList { state.requests.removeFirst() }
    if lexicon.unresolved.occur(in: utterance) {
      state.failedAttempts = min(state.failedAttempts + 1, State.maximumCount)
    }
  }

  private mutating func countMood(_ utterance: Utterance) {
    if lexicon.says(negative, utterance) || lexicon.says(lexicon.strong, utterance) {
      state.negativeTurns.append(state.turn)
    }
    state.negativeTurns.removeAll { $0 <= state.turn - conditions.frustrationWindow }
  }

  // MARK: Conditions

  private mutating func sensitive(in utterance: Utterance) -> EscalationFinding? {
    let subjects = SensitiveSubject.allCases.filter { subject in
      sensitive[subject].map { lexicon.says($0, utterance) } ?? false
    }
    guard let subject = subjects.first(where: \.isUrgent) ?? subjects.first else { return nil }
    return found(.sensitive, "the customer speaks of \(subject.words)", lastTurn, priority: subject.isUrgent ? 1 : 2)
  }

  private mutating func stagnation() -> EscalationFinding? {
    if let last = state.requests.last, !last.isEmpty {
      let count = state.requests.count { Self.isSame($0, last) }
      if count >= conditions.sameRequest {
        return found(.stagnation, "the same was asked \(count) times", lastTurns(count))
      }
    }
    if state.failedAttempts >= conditions.failedAttempts {
      let count = state.failedAttempts
      return found(.stagnation, "the customer says \(count) times that it did not help", state.recent.suffix(4))
    }
    if let turns = state.turnsWithoutFact, turns >= conditions.turnsWithoutFact {
      return found(.stagnation, "\(turns) turns brought no answer to what was asked", state.recent.suffix(4))
    }
    return nil
  }

  private static func isSame(_ first: String, _ second: String) -> Bool {
    if first == second { return true }
    let (one, two) = (Set(first.split(separator: " ")), Set(second.split(separator: " ")))
    // Of a few words each counts; only in a longer request one may differ.
    guard min(one.count, two.count) >= leastSubstance else { return false }
    return Double(one.intersection(two).count) >= likeness * Double(one.union(two).count)
  }

  private mutating func frustration(_ utterance: Utterance) -> EscalationFinding? {
    if lexicon.says(lexicon.strong, utterance) {
      return found(.frustration, "the customer insults or threatens", lastTurn)
    }
    // Someone may write in capitals all day long, or thank so; together with displeasure they are a shout.
    if utterance.isShouted, lexicon.says(negative, utterance) || lexicon.says(lexicon.unresolved, utterance) {
      return found(.frustration, "the customer shouts", lastTurn)
    }
    let count = state.negativeTurns.count
    guard count >= conditions.negativeTurns, state.negativeTurns.last == state.turn else { return nil }
    return found(.frustration, "the customer was displeased in \(count) of the last turns", lastTurns(count))
  }

  private mutating func lowConfidence() -> EscalationFinding? {
    guard state.unclear >= conditions.unclearTurns else { return nil }
    return found(.lowConfidence, "\(state.unclear) turns running were not understood", lastTurns(state.unclear))
  }
}
