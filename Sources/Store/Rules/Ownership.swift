/// Who has one conversation, and who is wanted or comes in it: the owner, the epoch and the escalations change together and
/// only here and where customers are put together (`Merging`).
///
/// A value: it is made of what is stored, told what somebody wants, and then holds what is to be stored.
struct Ownership: Sendable, Equatable {
  /// The conversation.
  private(set) var conversation: ConversationState
  /// Its escalations that matter: the open one, and whichever is named by what somebody wants.
  private(set) var escalations: [EscalationRecord]
  /// Whether what waits for an answer of the assistant is only to be noted from now on: whoever has the conversation
  /// reads it.
  private(set) var settlesPending = false
  /// Whether what the assistant said and no request was made for yet is not to be said any more, since a person speaks.
  private(set) var silencesAssistant = false

  init(_ conversation: ConversationState, _ escalations: [EscalationRecord] = []) {
    self.conversation = conversation
    self.escalations = escalations
  }

  /// The escalation that is waiting, offered or claimed; a conversation has at most one.
  var open: EscalationRecord? { escalations.first(where: \.isOpen) }

  /// One of the escalations by its name.
  func escalation(_ id: String) -> EscalationRecord? { escalations.first { $0.id == id } }

  // MARK: What somebody wants

  /// Gives the conversation to `owner`, if it is still in `epoch` (any if nil). The escalation goes along: a person has
  /// claimed it, the queue waits with it (with `substitute` if there is none, since nobody would see the conversation
  /// otherwise), the assistant needs none, and `note` is what is said to that. Returns whether it was done.
  mutating func assign(
    to owner: ConversationOwner, person: String?, note: String? = nil, ifEpoch epoch: Int64?,
    substitute: EscalationRecord?, at now: Timestamp
  ) -> Bool {
    guard epoch == nil || epoch == conversation.epoch, give(to: owner, person, at: now) else { return false }
    switch owner {
    case .person: changeOpen { $0.take(by: person, at: now) }
    case .assistant:
      changeOpen {
        $0.resolve(at: now)
        $0.note = note ?? $0.note
      }
    case .queue:
      changeOpen { if $0.state == .claimed { $0.waitAgain() } }
      if open == nil, let substitute { escalations.append(substitute) }
    }
    return true
  }

  /// Whether the queue would need an escalation that is not there.
  func needsSubstitute(for owner: ConversationOwner) -> Bool { owner == .queue && open == nil }

  /// A person is wanted: the conversation goes to the queue with `escalation`, unless a person is wanted or there already.
  /// Returns whether it did.
  mutating func escalate(_ escalation: EscalationRecord, at now: Timestamp) -> Bool {
    guard conversation.owner == .assistant, give(to: .queue, nil, at: now) else { return false }
    escalations.append(escalation)
    return true
  }

  /// A person wants to have an escalation and the conversation with it.
  mutating func claim(_ id: String, by person: String, force: Bool, at now: Timestamp) -> ClaimOutcome {
    guard let record = escalation(id) else { return .gone }
    switch record.state {
    case .resolved: return .gone
    case .claimed:
      // Whoever asks twice is answered as the first time.
      return record.person == person
        ? .claimed(record, epoch: conversation.epoch) : .taken(by: record.person)
    case .offered:
      let isOver = record.offerEndsAt.map { $0 <= now } ?? true
      guard force || isOver || record.offeredTo == person else { return .taken(by: record.offeredTo) }
    case .callback:
      // Whoever took the conversation over meanwhile comes back to the customer, too.
      guard conversation.owner != .person || conversation.person == person else {
        return .taken(by: conversation.person)
      }
      // One that came up since is done with this one.
      changeOpen { $0.resolve(at: now) }
      change(id) {
        $0.state = .waiting
        $0.callbackAt = nil
      }
    case .waiting: break
    }
    _ = give(to: .person, person, at: now)
    changeOpen { $0.take(by: person, at: now) }
    return escalation(id).map { .claimed($0, epoch: conversation.epoch) } ?? .gone
  }

  /// Closes an escalation. A conversation that was in the queue for it goes back to the assistant; a person keeps theirs.
  /// Returns whether it was not closed before.
  mutating func resolve(_ id: String, note: String?, at now: Timestamp) -> Bool {
    guard let record = escalation(id), record.state != .resolved else { return false }
    change(id) {
      $0.resolve(at: now)
      $0.note = note ?? $0.note
    }
    leaveQueue(at: now)
    return true
  }

  /// Postpones an escalation to `time`. A conversation that was in the queue for it goes back to the assistant until then;
  /// a person keeps theirs. Returns whether it was not closed before.
  mutating func postpone(_ id: String, to time: Timestamp, note: String?, at now: Timestamp) -> Bool {
    guard let record = escalation(id), record.state != .resolved else { return false }
    change(id) { $0.postpone(to: time, note: note) }
    leaveQueue(at: now)
    return true
  }

  /// The time of an escalation that was postponed has come, and its first reply is promised by `due`. One beside which
  /// there is another is done with that one; one whose conversation a person has is theirs. Returns whether it waits.
  mutating func recall(_ id: String, dueAt due: Timestamp?, at now: Timestamp) -> Bool {
    guard let record = escalation(id), record.state == .callback else { return false }
    guard open == nil else {
      change(id) { $0.resolve(at: now) }
      return false
    }
    change(id) {
      $0.state = .waiting
      $0.callbackAt = nil
      $0.dueAt = due
    }
    if conversation.owner == .person {
      let person = conversation.person
      change(id) { $0.take(by: person, at: now) }
      return false
    }
    if conversation.owner == .assistant { _ = give(to: .queue, nil, at: now) }
    return true
  }

  // MARK: How it is done

  /// Changes the owner, and the epoch with it. A conversation that became a part of another has none.
  private mutating func give(to owner: ConversationOwner, _ person: String?, at now: Timestamp) -> Bool {
    guard conversation.mergedInto == nil else { return false }
    conversation.owner = owner
    conversation.person = person
    conversation.epoch &+= 1
    conversation.touch(at: now)
    if owner != .assistant { settlesPending = true }
    if owner == .person { silencesAssistant = true }
    return true
  }

  private mutating func leaveQueue(at now: Timestamp) {
    guard open == nil, conversation.owner == .queue else { return }
    _ = give(to: .assistant, nil, at: now)
  }

  private mutating func change(_ id: String, _ body: (inout EscalationRecord) -> Void) {
    guard let index = escalations.firstIndex(where: { $0.id == id }) else { return }
    body(&escalations[index])
  }

  private mutating func changeOpen(_ body: (inout EscalationRecord) -> Void) {
    guard let index = escalations.firstIndex(where: \.isOpen) else { return }
    body(&escalations[index])
  }
}
