package import Store

extension Desk {
  /// Someone takes an escalation, whoever it is offered to: of all who want it the first has it.
  ///
  /// - Parameters:
  ///   - force: take it from whoever has it, which only a supervisor may.
  ///   - movesCall: false if its call will be brought to their telephone.
  package func claim(
    _ id: String, by username: String, force: Bool = false, movesCall: Bool = true
  ) async throws(DeskError) -> ClaimOutcome {
    if force { try checkSupervisor(username) }
    let now = clock.now
    let before = try await record(id)
    let asked = before.state == .offered && before.offeredTo != username ? before.offeredTo : nil
    let outcome = try await store { () throws(StoreError) in
      if force, before.state == .claimed, before.person != username {
        return try await take(before, by: username, at: now)
      }
      // Forced as against offers alone: what somebody has stays theirs.
      return try await book.claim(id, by: username, force: true, at: now)
    }
    if case .claimed(let record, _) = outcome, before.state != .claimed || before.person != username {
      floor.claimed(record, by: username, at: now)
      await ownerChanged(
        OwnershipChange(
          conversation: try await conversation(record.conversation), escalation: record, movesCall: movesCall))
      if let asked { emit(.offerExpired(before, person: asked, .taken)) }
      emit(.claimed(record, from: before.state == .claimed ? before.person : nil))
    }
    wake()
    return outcome
  }

  /// Someone does not want what they are offered: it goes to the next.
  package func decline(_ id: String, by username: String) async throws(DeskError) {
    let before = try await record(id)
    guard before.state == .offered, before.offeredTo == username else {
      throw .notTheirs(person: before.offeredTo ?? before.person)
    }
    let now = clock.now
    let isBack = try await store { () throws(StoreError) in try await book.withdrawOffer(id, at: now) }
    guard isBack else { throw .conflict }
    floor.passed(id, by: username, at: now)
    await changed(id) { .offerExpired($0, person: username, .declined) }
    wake()
  }

  /// Someone gives a conversation back: to the assistant, or to the queue for somebody else. Returns its new epoch.
  ///
  /// - Parameters:
  ///   - epoch: under which they had it; nil if it does not matter.
  ///   - movesCall: false if a telephone decides who has its call.
  package func release(
    _ id: String, by username: String, to target: DeskSettings.ReturnTarget, epoch: Int64? = nil,
    movesCall: Bool = true
  ) async throws(DeskError) -> Int64 {
    let before = try await record(id)
    guard before.state == .claimed, let person = before.person else { throw .notTheirs(person: before.offeredTo) }
    if person != username { try checkSupervisor(username, else: .notTheirs(person: person)) }
    let now = clock.now
    let new = try await store { () throws(StoreError) in
      try await putBack(
        before, person: person, to: target, epoch: epoch, reason: .released, movesCall: movesCall, at: now)
    }
    guard let new else { throw .conflict }
    wake()
    return new
  }

  /// Closes an escalation without an answer; one that is closed stays so. The assistant has its conversation then, and is
  /// told the note. Returns it as it is then.
  @discardableResult
  package func resolve(
    _ id: String, by username: String, note: String? = nil
  ) async throws(DeskError) -> EscalationRecord {
    let before = try await record(id)
    if before.state == .claimed, let person = before.person, person != username {
      try checkSupervisor(username, else: .notTheirs(person: person))
    }
    let now = clock.now
    let isOpen = before.state != .resolved
    let wasOpen = try await store { () throws(StoreError) in
      isOpen ? try await book.resolve(id, note: note, at: now) : false
    }
    if wasOpen { await changed(id) { .resolved($0) } }
    let after = try await conversation(before.conversation)
    if after.owner == .person {
      try await giveBack(after.id, by: username, epoch: after.epoch, note: note, movesCall: true)
    } else if wasOpen {
      _ = try await handedBack(after.id, before, note: note, by: username, movesCall: true)
    }
    return try await record(id)
  }

  /// A customer wrote, or spoke in a call.
  package func customerWrote(in conversation: String) {
    floor.customerWrote(in: conversation, at: clock.now)
    // Of what nobody is wanted for there is nothing to be done. A look under way may be about to see that somebody is.
    if isLooking || isDirty || seen.concern(conversation) { wake() }
  }

  /// A person wrote, or spoke in a call.
  package func personReplied(in conversation: String, by username: String) async throws(DeskError) {
    let now = clock.now
    floor.replied(in: conversation, at: now)
    _ = floor.presence.active(username, at: now)
    try await store { () throws(StoreError) in try await book.noteReply(conversation, at: now) }
    wake()
  }

  /// A call is over: who was in it may have another.
  package func ended(call: String) {
    floor.ended(call: call)
    wake()
  }

  /// The process has just begun: whoever was in a call that an open wish came from is not any more.
  package func noCallIsLive() async throws(StoreError) {
    let open = Set(EscalationRecord.State.allCases).subtracting([.resolved])
    for record in try await book.escalations(in: open, after: nil, limit: Self.mostOpen) {
      if let call = record.call { floor.ended(call: call) }
    }
  }

  /// Where something is in the queue and how long it may take; nil if it does not wait.
  package func place(of id: String) -> QueueEstimate.Place? {
    places.first { $0.escalation == id }?.place
  }

  /// Gives a conversation back if `person` has it still. Returns its new epoch.
  func putBack(
    _ record: EscalationRecord, person: String, to target: DeskSettings.ReturnTarget, epoch: Int64?,
    reason: DeskEvent.ReleaseReason, movesCall: Bool, at now: Timestamp
  ) async throws(StoreError) -> Int64? {
    guard let conversation = try await book.conversation(record.conversation), conversation.owner == .person,
      conversation.person == person, epoch == nil || epoch == conversation.epoch
    else { return nil }
    let owner = target == .assistant ? ConversationOwner.assistant : .queue
    guard
      let new = try await book.assign(
        conversation.id, to: owner, person: nil, ifEpoch: conversation.epoch, at: now)
    else { return nil }
    if target == .queue { floor.passed(record.id, by: person, at: now) }
    if let after = try await book.conversation(conversation.id) {
      await ownerChanged(OwnershipChange(conversation: after, escalation: record, movesCall: movesCall))
    }
    await changed(record.id) { .released($0, person: person, to: target, reason) }
    return new
  }

  /// Takes a conversation from whoever has it.
  private func take(
    _ record: EscalationRecord, by username: String, at now: Timestamp
  ) async throws(StoreError) -> ClaimOutcome {
    guard let conversation = try await book.conversation(record.conversation) else { return .gone }
    let epoch = try await book.assign(
      conversation.id, to: .person, person: username, ifEpoch: conversation.epoch, at: now)
    guard let taken = try await book.escalation(record.id) else { return .gone }
    guard let epoch, taken.person == username else { return .taken(by: taken.person) }
    return .claimed(taken, epoch: epoch)
  }

  private func record(_ id: String) async throws(DeskError) -> EscalationRecord {
    let found = try await store { () throws(StoreError) in try await book.escalation(id) }
    guard let found else { throw .unknown }
    return found
  }

  private func checkSupervisor(_ username: String, else error: DeskError = .supervisorsOnly) throws(DeskError) {
    // Whoever is not known here comes with a key of the API, which opens everything.
    if let person = floor.person(username), person.role != .supervisor { throw error }
  }

  func store<Value: Sendable>(
    _ body: () async throws(StoreError) -> Value
  ) async throws(DeskError) -> Value {
    do {
      return try await body()
    } catch {
      throw .store(error.description)
    }
  }
}
