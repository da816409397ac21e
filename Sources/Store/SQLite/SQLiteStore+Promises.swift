// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

// How wishes for a person end, are postponed, and whether what was promised is kept.
extension SQLiteStore {
  public func promise(_ id: String, by time: Timestamp) async throws(StoreError) {
    try await write { db in
      try db.run("UPDATE escalation SET due_at = ? WHERE id = ?", [time.milliseconds, id])
    }
  }

  public func resolve(_ id: String, note: String?, at now: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      guard let record = try Self.escalation(id, db), record.state != .resolved else { return false }
      try db.run(
        "UPDATE escalation SET \(Self.resolved), note = coalesce(?, note) WHERE id = ?",
        [now.milliseconds, now.milliseconds, note, id])
      try Self.leaveQueue(record, at: now, db)
      return true
    }
  }

  public func scheduleCallback(
    _ id: String, at time: Timestamp, note: String?, now: Timestamp
  ) async throws(StoreError) -> Bool {
    try await write { db in
      guard let record = try Self.escalation(id, db), record.state != .resolved else { return false }
      // What was promised of the first reply holds no more; another time is.
      try db.run(
        """
        UPDATE escalation SET state = 'callback', callback_at = ?, note = coalesce(?, note), person = NULL,
          claimed_at = NULL, offered_to = NULL, offer_ends_at = NULL, due_at = NULL
        WHERE id = ?
        """, [time.milliseconds, note, id])
      try Self.leaveQueue(record, at: now, db)
      return true
    }
  }

  /// A conversation that was in the queue for this wish alone is the assistant's again.
  private static func leaveQueue(_ record: EscalationRecord, at now: Timestamp, _ db: Database) throws {
    guard try openEscalation(of: record.conversation, db) == nil else { return }
    _ = try give(record.conversation, to: .assistant, nil, from: .queue, at: now, db)
  }

  public func recallCallbacks(
    at now: Timestamp, dueAt time: Timestamp?
  ) async throws(StoreError) -> [EscalationRecord] {
    try await write { db in
      var waiting: [EscalationRecord] = []
      let due = try db.rows(
        "SELECT * FROM escalation WHERE state = 'callback' AND callback_at <= ? ORDER BY callback_at, id",
        [now.milliseconds]
      ).map { EscalationRecord($0) }
      for record in due {
        if try Self.openEscalation(of: record.conversation, db) != nil {
          try db.run(
            "UPDATE escalation SET \(Self.resolved) WHERE id = ?", [now.milliseconds, now.milliseconds, record.id])
          continue
        }
        try db.run(
          "UPDATE escalation SET state = 'waiting', callback_at = NULL, due_at = ? WHERE id = ?",
          [time?.milliseconds, record.id])
        let row = try db.row("SELECT owner, person FROM conversation WHERE id = ?", [record.conversation])
        if let row, row["owner"] as String == ConversationOwner.person.rawValue {
          try Self.take(record.conversation, by: row["person"], at: now, db)
        } else {
          _ = try Self.give(record.conversation, to: .queue, nil, from: .assistant, at: now, db)
          if let record = try Self.escalation(record.id, db) { waiting.append(record) }
        }
      }
      return waiting
    }
  }

  public func noteReply(_ conversation: String, at now: Timestamp) async throws(StoreError) {
    try await write { db in try Self.noteReply(try Self.surviving(conversation, db), at: now, db) }
  }

  static func noteReply(_ conversation: String, at now: Timestamp, _ db: Database) throws {
    try db.run(
      """
      UPDATE escalation SET first_reply_at = ?, missed_sla = missed_sla OR coalesce(due_at, \(Int64.max)) < ?
      WHERE conversation = ? AND state = 'claimed' AND first_reply_at IS NULL
      """, [now.milliseconds, now.milliseconds, conversation])
  }

  public func overdue(at now: Timestamp) async throws(StoreError) -> [EscalationRecord] {
    try await write { db in
      let late = """
        missed_sla = 0 AND first_reply_at IS NULL AND state IN ('waiting', 'offered', 'claimed') AND due_at < ?
        """
      let records = try db.rows(
        "SELECT * FROM escalation WHERE \(late) ORDER BY due_at, id", [now.milliseconds]
      ).map { EscalationRecord($0) }
      try db.run("UPDATE escalation SET missed_sla = 1 WHERE \(late)", [now.milliseconds])
      return records.map { record in
        var record = record
        record.missedSLA = true
        return record
      }
    }
  }
}
