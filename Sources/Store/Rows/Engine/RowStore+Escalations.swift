// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func escalation(_ id: String) async throws(StoreError) -> EscalationRecord? {
    try await read { rows in try rows.escalation(id) }
  }

  public func escalations(
    in states: Set<EscalationRecord.State>?, after cursor: String?, limit: Int
  ) async throws(StoreError) -> [EscalationRecord] {
    try await read { rows in
      try rows.escalations(
        in: states ?? Set(EscalationRecord.State.allCases), after: cursor, limit: limit)
    }
  }

  public func escalations(
    _ state: EscalationRecord.State?, limit: Int
  ) async throws(StoreError) -> [EscalationRecord] {
    try await read { rows in try rows.escalations(state, limit: limit) }
  }

  public func unresolvedEscalations(limit: Int) async throws(StoreError) -> EscalationChanges {
    try await read { rows in
      let records = try rows.escalations(
        in: EscalationRecord.State.open.union([.callback]), after: nil, limit: limit)
      return EscalationChanges(records, revision: try rows.lastRevision())
    }
  }

  public func escalations(changedSince revision: Int64, limit: Int) async throws(StoreError) -> EscalationChanges {
    try await read { rows in
      let (records, last) = try rows.escalations(changedSince: revision, limit: limit)
      return EscalationChanges(records, revision: last)
    }
  }

  public func openEscalation(of conversation: String) async throws(StoreError) -> EscalationRecord? {
    try await read { rows in try rows.survivor(of: conversation).flatMap { try rows.openEscalation(of: $0.id) } }
  }

  public func offer(
    _ id: String, to person: String, until time: Timestamp, at now: Timestamp
  ) async throws(StoreError) -> Bool {
    try await change(id) { $0.offer(to: person, until: time) }
  }

  public func withdrawOffer(_ id: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await change(id) { $0.withdrawOffer() }
  }

  public func expireOffers(at now: Timestamp) async throws(StoreError) -> [EscalationRecord] {
    try await write { step in
      try step.rows.lapsedOffers(at: now, limit: EscalationChanges.mostAtOnce).compactMap { before in
        var after = before
        guard after.withdrawOffer() else { return nil }
        try step.update(before, to: after)
        // With who had been asked.
        var told = before
        told.state = after.state
        return told
      }
    }
  }

  public func update(_ id: String, package: String?, reason: String?) async throws(StoreError) {
    _ = try await change(id) { record in
      record.package = package ?? record.package
      record.reason = reason ?? record.reason
      return true
    }
  }

  public func promise(_ id: String, by time: Timestamp) async throws(StoreError) {
    _ = try await change(id) { record in
      record.dueAt = time
      return true
    }
  }

  public func noteReply(_ conversation: String, at now: Timestamp) async throws(StoreError) {
    try await write { step in
      guard let known = try step.rows.survivor(of: conversation) else { return }
      try step.noteReply(in: known.id, at: now)
    }
  }

  public func overdue(at now: Timestamp) async throws(StoreError) -> [EscalationRecord] {
    try await write { step in
      try step.rows.overdue(at: now, limit: EscalationChanges.mostAtOnce).compactMap { before in
        var after = before
        guard after.miss(at: now) else { return nil }
        try step.update(before, to: after)
        return after
      }
    }
  }

  public func load(of people: [String]) async throws(StoreError) -> [String: Int] {
    try await read { rows in
      let claims = try rows.claims(of: people)
      return Dictionary(people.map { ($0, claims[$0] ?? 0) }, uniquingKeysWith: { $1 })
    }
  }

  /// Changes an escalation in a way that concerns it alone. Returns whether there was something to change.
  private func change(
    _ id: String, _ body: @escaping @Sendable (inout EscalationRecord) -> Bool
  ) async throws(StoreError) -> Bool {
    try await write { step in
      guard let before = try step.rows.escalation(id) else { return false }
      var after = before
      guard body(&after) else { return false }
      try step.update(before, to: after)
      return true
    }
  }
}
