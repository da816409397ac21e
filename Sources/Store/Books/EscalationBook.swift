/// Who is wanted, and who comes. Whatever changes the owner of a conversation changes its escalation in the same step.
public protocol EscalationBook: Announcing {
  /// An escalation by its name.
  func escalation(_ id: String) async throws(StoreError) -> EscalationRecord?
  /// Escalations in one of `states` (all if nil), the most urgent first and among those the oldest, after the one named
  /// `cursor`. None of this ever changes of one: no page is mixed up by what happens meanwhile.
  func escalations(
    in states: Set<EscalationRecord.State>?, after cursor: String?, limit: Int
  ) async throws(StoreError) -> [EscalationRecord]
  /// Escalations in `state`, the oldest first.
  func escalations(_ state: EscalationRecord.State?, limit: Int) async throws(StoreError) -> [EscalationRecord]
  /// All that is not resolved, the most urgent first and among those the oldest, and from where on to read what changes.
  func unresolvedEscalations(limit: Int) async throws(StoreError) -> EscalationChanges
  /// What was made or changed since `revision`, in the order in which each last was: little to read for whoever has seen
  /// the rest.
  func escalations(changedSince revision: Int64, limit: Int) async throws(StoreError) -> EscalationChanges
  /// The escalation of a conversation that is waiting, offered or claimed.
  func openEscalation(of conversation: String) async throws(StoreError) -> EscalationRecord?
  /// Notes that a person is wanted, outside of an answer; the conversation goes to the queue. Nil unless the assistant
  /// had it.
  func escalate(
    _ conversation: String, _ escalation: NewEscalation, at now: Timestamp
  ) async throws(StoreError) -> EscalationRecord?
  /// Gives an escalation and its conversation to `person`, if nobody has it. What is offered to somebody is theirs until the
  /// offer ends, unless `force`. Whoever has it already is given it again in the same epoch.
  func claim(
    _ id: String, by person: String, force: Bool, at now: Timestamp
  ) async throws(StoreError) -> ClaimOutcome
  /// Asks one person, if it is waiting. Returns whether it was.
  func offer(_ id: String, to person: String, until time: Timestamp, at now: Timestamp) async throws(StoreError) -> Bool
  /// Asks no more: it waits again. Returns whether it was offered.
  func withdrawOffer(_ id: String, at now: Timestamp) async throws(StoreError) -> Bool
  /// Takes back the offers whose time is over, at most `EscalationChanges.mostAtOnce`: they wait again. They are returned
  /// with who had been asked.
  func expireOffers(at now: Timestamp) async throws(StoreError) -> [EscalationRecord]
  /// Completes what a person gets to read; nil leaves it.
  func update(_ id: String, package: String?, reason: String?) async throws(StoreError)
  /// Closes an escalation. A conversation that was in the queue for it goes back to the assistant; a person keeps theirs. Returns
  /// whether it was open.
  func resolve(_ id: String, note: String?, at now: Timestamp) async throws(StoreError) -> Bool
  /// Postpones an escalation to `time`. A conversation that was in the queue for it goes back to the assistant until then; a
  /// person keeps theirs. Returns whether it was open.
  func scheduleCallback(
    _ id: String, at time: Timestamp, note: String?, now: Timestamp
  ) async throws(StoreError) -> Bool
  /// Escalations that were postponed until now, at most `EscalationChanges.mostAtOnce`, wait again, with their conversations
  /// in the queue, and the first reply promised by `time`. One whose conversation a person has is theirs. One beside which
  /// there is another is done with that one. Returns those that wait.
  func recallCallbacks(at now: Timestamp, dueAt time: Timestamp?) async throws(StoreError) -> [EscalationRecord]
  /// Notes by when the first reply is promised.
  func promise(_ id: String, by time: Timestamp) async throws(StoreError)
  /// Notes that a person has replied in a conversation; the first time counts. What is stored as said by a person does
  /// this by itself.
  func noteReply(_ conversation: String, at now: Timestamp) async throws(StoreError)
  /// Escalations of which the first reply did not come in time, at most `EscalationChanges.mostAtOnce`; each is told once.
  func overdue(at now: Timestamp) async throws(StoreError) -> [EscalationRecord]
  /// How many escalations each of `people` has claimed and not resolved.
  func load(of people: [String]) async throws(StoreError) -> [String: Int]
}

extension EscalationBook {
  /// Gives an escalation and its conversation to `person`, if nobody has it and nobody else is asked.
  public func claim(
    _ id: String, by person: String, at now: Timestamp
  ) async throws(StoreError) -> ClaimOutcome {
    try await claim(id, by: person, force: false, at: now)
  }
}
