// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func escalation(_ id: String) async throws(StoreError) -> EscalationRecord? {
    try await read { db in try Self.escalation(id, db) }
  }

  static func escalation(_ id: String, _ db: Database) throws -> EscalationRecord? {
    try db.row("SELECT * FROM escalation WHERE id = ?", [id]).map { EscalationRecord($0) }
  }

  public func escalations(
    in states: Set<EscalationRecord.State>?, after cursor: String?, limit: Int
  ) async throws(StoreError) -> [EscalationRecord] {
    let states = Words.write((states ?? Set(EscalationRecord.State.allCases)).map(\.rawValue))
    return try await read { db in
      try db.rows(
        """
        SELECT * FROM escalation WHERE state IN (SELECT value FROM json_each(?))
          AND (? IS NULL OR (priority, created_at, id)
            > (SELECT last.priority, last.created_at, last.id FROM escalation last WHERE last.id = ?))
        ORDER BY priority, created_at, id LIMIT ?
        """, [states, cursor, cursor, limit]
      ).map { EscalationRecord($0) }
    }
  }

  public func escalations(
    _ state: EscalationRecord.State?, limit: Int
  ) async throws(StoreError) -> [EscalationRecord] {
    try await read { db in
      let rows =
        if let state {
          try db.rows(
            "SELECT * FROM escalation WHERE state = ? ORDER BY created_at, id LIMIT ?", [state.rawValue, limit])
        } else {
          try db.rows("SELECT * FROM escalation ORDER BY created_at, id LIMIT ?", [limit])
        }
      return rows.map { EscalationRecord($0) }
    }
  }

  public func openEscalation(of conversation: String) async throws(StoreError) -> EscalationRecord? {
    try await read { db in try Self.openEscalation(of: try Self.surviving(conversation, db), db) }
  }

  static func openEscalation(of conversation: String, _ db: Database) throws -> EscalationRecord? {
    try db.row(
      "SELECT * FROM escalation WHERE conversation = ? AND state IN ('waiting', 'offered', 'claimed')", [conversation]
    ).map { EscalationRecord($0) }
  }

  public func claim(
    _ id: String, by person: String, force: Bool, at now: Timestamp
  ) async throws(StoreError) -> ClaimOutcome {
    try await write { db in
      guard let record = try Self.escalation(id, db),
        let conversation = try db.row("SELECT owner, person FROM conversation WHERE id = ?", [record.conversation])
      else { return .gone }
      let holder: String? = conversation["person"]
      let isHeld = conversation["owner"] as String == ConversationOwner.person.rawValue
      switch record.state {
      case .resolved: return .gone
      case .claimed:
        guard record.person == person else { return .taken(by: record.person) }
        return .claimed(record, epoch: try Self.epoch(of: record.conversation, db))
      case .offered:
        let isOver = record.offerEndsAt.map { $0 <= now } ?? true
        guard force || isOver || record.offeredTo == person else { return .taken(by: record.offeredTo) }
      case .callback:
        // Whoever took the conversation over meanwhile comes back to the customer, too.
        guard !isHeld || holder == person else { return .taken(by: holder) }
        // One that came up since is done with this one.
        try Self.close(record.conversation, at: now, db)
        try db.run("UPDATE escalation SET state = 'waiting', callback_at = NULL WHERE id = ?", [id])
      case .waiting: break
      }
      _ = try Self.give(record.conversation, to: .person, person, at: now, db)
      try Self.take(record.conversation, by: person, at: now, db)
      guard let claimed = try Self.escalation(id, db) else { return .gone }
      return .claimed(claimed, epoch: try Self.epoch(of: record.conversation, db))
    }
  }

  public func offer(
    _ id: String, to person: String, until time: Timestamp, at now: Timestamp
  ) async throws(StoreError) -> Bool {
    try await write { db in
      try db.run(
        "UPDATE escalation SET state = 'offered', offered_to = ?, offer_ends_at = ? WHERE id = ? AND state = 'waiting'",
        [person, time.milliseconds, id])
      return db.changesCount > 0
    }
  }

  public func withdrawOffer(_ id: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      try db.run(
        """
        UPDATE escalation SET state = 'waiting', offered_to = NULL, offer_ends_at = NULL
        WHERE id = ? AND state = 'offered'
        """, [id])
      return db.changesCount > 0
    }
  }

  public func expireOffers(at now: Timestamp) async throws(StoreError) -> [EscalationRecord] {
    try await write { db in
      let over = "state = 'offered' AND offer_ends_at <= ?"
      let records = try db.rows(
        "SELECT * FROM escalation WHERE \(over) ORDER BY priority, created_at, id", [now.milliseconds]
      ).map { EscalationRecord($0) }
      try db.run(
        "UPDATE escalation SET state = 'waiting', offered_to = NULL, offer_ends_at = NULL WHERE \(over)",
        [now.milliseconds])
      return records.map { record in
        var record = record
        record.state = .waiting
        return record
      }
    }
  }

  public func update(_ id: String, package: String?, reason: String?) async throws(StoreError) {
    try await write { db in
      try db.run(
        "UPDATE escalation SET package = coalesce(?, package), reason = coalesce(?, reason) WHERE id = ?",
        [package, reason, id])
    }
  }

  public func load(of people: [String]) async throws(StoreError) -> [String: Int] {
    let names = Words.write(people)
    return try await read { db in
      let rows = try db.rows(
        """
        SELECT person, count(*) AS count FROM escalation
        WHERE state = 'claimed' AND person IN (SELECT value FROM json_each(?)) GROUP BY person
        """, [names])
      var loads: [String: Int] = [:]
      for person in people { loads[person] = 0 }
      for row in rows { loads[row["person"]] = row["count"] }
      return loads
    }
  }
}
