// What may become of one escalation; what that means for its conversation is in `Ownership`.

extension EscalationRecord.State {
  /// Whether somebody is wanted or there.
  var isOpen: Bool { Self.open.contains(self) }

  /// The states of which a conversation has one escalation at most.
  static let open: Set<EscalationRecord.State> = [.waiting, .offered, .claimed]
}

extension EscalationRecord {
  /// One that begins now and waits.
  init(_ id: String, _ new: NewEscalation, in conversation: String, at now: Timestamp) {
    self.init(
      id: id, conversation: conversation, kind: new.kind, reason: new.reason, channel: new.channel,
      priority: new.priority, skills: new.skills, call: new.call, evidence: new.evidence, package: new.package,
      state: .waiting, createdAt: now, dueAt: new.dueAt, missedSLA: false)
  }

  /// Whether it is waiting, offered or claimed.
  var isOpen: Bool { state.isOpen }

  /// Whether the first reply is still owed.
  var owesReply: Bool { isOpen && firstReplyAt == nil }

  /// A person has it from now on; whoever has it already goes on having it.
  mutating func take(by person: String?, at now: Timestamp) {
    if state != .claimed || self.person != person { claimedAt = now }
    state = .claimed
    self.person = person
    endOffer()
  }

  /// Nobody has it any more, and it waits.
  mutating func waitAgain() {
    state = .waiting
    person = nil
    claimedAt = nil
  }

  /// It is done. A first reply that was owed by now has not come in time.
  mutating func resolve(at now: Timestamp) {
    state = .resolved
    endOffer()
    if firstReplyAt == nil, let dueAt, dueAt < now { missedSLA = true }
    resolvedAt = now
  }

  /// Someone comes back to the customer at `time`. What was promised of the first reply holds no more.
  mutating func postpone(to time: Timestamp, note: String?) {
    state = .callback
    callbackAt = time
    self.note = note ?? self.note
    person = nil
    claimedAt = nil
    endOffer()
    dueAt = nil
  }

  /// One person is asked until `time`, if it waits. Returns whether it did.
  mutating func offer(to person: String, until time: Timestamp) -> Bool {
    guard state == .waiting else { return false }
    state = .offered
    offeredTo = person
    offerEndsAt = time
    return true
  }

  /// Nobody is asked any more, if somebody was. Returns whether it was so.
  mutating func withdrawOffer() -> Bool {
    guard state == .offered else { return false }
    state = .waiting
    endOffer()
    return true
  }

  /// A person has said something to the customer; the first time counts. Returns whether it was that.
  mutating func reply(at now: Timestamp) -> Bool {
    guard state == .claimed, firstReplyAt == nil else { return false }
    firstReplyAt = now
    if let dueAt, dueAt < now { missedSLA = true }
    return true
  }

  /// The first reply did not come in time, if it is owed and was due before `now`. Returns whether that is news.
  mutating func miss(at now: Timestamp) -> Bool {
    guard owesReply, !missedSLA, let dueAt, dueAt < now else { return false }
    missedSLA = true
    return true
  }

  private mutating func endOffer() {
    offeredTo = nil
    offerEndsAt = nil
  }
}
