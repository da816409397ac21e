// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func assign(
    _ conversation: String, to owner: ConversationOwner, person: String?, note: String?, ifEpoch epoch: Int64?,
    at now: Timestamp
  ) async throws(StoreError) -> Int64? {
    try await write { step in
      let rows = step.rows
      // An epoch is of the conversation that was named: it says nothing of the one that it became part of.
      let found =
        if epoch == nil {
          try rows.survivor(of: conversation)
        } else {
          try rows.conversation(conversation)
        }
      guard let found else { return nil }
      return try step.own(found, rows.openEscalation(of: found.id).map { [$0] } ?? []) { ownership in
        var substitute: EscalationRecord?
        if ownership.needsSubstitute(for: owner) {
          let new = NewEscalation(
            reason: "given back to the queue", channel: try rows.lastChannel(of: found.id) ?? "phone")
          substitute = EscalationRecord(RecordID.make("esc", at: now), new, in: found.id, at: now)
        }
        let isDone = ownership.assign(
          to: owner, person: person, note: note, ifEpoch: epoch, substitute: substitute, at: now)
        return isDone ? ownership.conversation.epoch : nil
      }
    }
  }

  public func escalate(
    _ conversation: String, _ escalation: NewEscalation, at now: Timestamp
  ) async throws(StoreError) -> EscalationRecord? {
    try await write { step in try step.escalate(conversation, escalation, at: now) }
  }

  public func claim(
    _ id: String, by person: String, force: Bool, at now: Timestamp
  ) async throws(StoreError) -> ClaimOutcome {
    try await own(id, or: .gone) { $0.claim(id, by: person, force: force, at: now) }
  }

  public func resolve(_ id: String, note: String?, at now: Timestamp) async throws(StoreError) -> Bool {
    try await own(id, or: false) { $0.resolve(id, note: note, at: now) }
  }

  public func scheduleCallback(
    _ id: String, at time: Timestamp, note: String?, now: Timestamp
  ) async throws(StoreError) -> Bool {
    try await own(id, or: false) { $0.postpone(id, to: time, note: note, at: now) }
  }

  public func recallCallbacks(
    at now: Timestamp, dueAt time: Timestamp?
  ) async throws(StoreError) -> [EscalationRecord] {
    try await write { step in
      try step.rows.dueCallbacks(at: now, limit: EscalationChanges.mostAtOnce).compactMap { record in
        try step.own(record, or: nil) { ownership in
          ownership.recall(record.id, dueAt: time, at: now) ? ownership.escalation(record.id) : nil
        }
      }
    }
  }

  /// What `body` makes of who has the conversation of an escalation.
  private func own<Value: Sendable>(
    _ id: String, or missing: Value, _ body: @escaping @Sendable (inout Ownership) -> Value
  ) async throws(StoreError) -> Value {
    try await write { step in
      guard let record = try step.rows.escalation(id) else { return missing }
      return try step.own(record, or: missing, body)
    }
  }
}

extension Step {
  /// What `body` makes of who has the conversation of an escalation.
  fileprivate mutating func own<Value>(
    _ record: EscalationRecord, or missing: Value, _ body: (inout Ownership) -> Value
  ) throws -> Value {
    guard let conversation = try rows.conversation(record.conversation) else { return missing }
    var escalations = [record]
    // Beside one that is closed or postponed there may be another.
    if !record.isOpen, let open = try rows.openEscalation(of: conversation.id) { escalations.append(open) }
    return try own(conversation, escalations, body)
  }
}
