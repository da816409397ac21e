import GRDB

extension EscalationRecord {
  fileprivate var columns: Columns {
    [
      ("id", id), ("conversation", conversation), ("kind", kind), ("reason", reason), ("channel", channel),
      ("priority", priority), ("skills", Words.write(skills)), ("call", call), ("evidence", evidence),
      ("package", package), ("state", state.rawValue), ("person", person), ("created_at", createdAt.milliseconds),
      ("due_at", dueAt?.milliseconds), ("offered_to", offeredTo), ("offer_ends_at", offerEndsAt?.milliseconds),
      ("claimed_at", claimedAt?.milliseconds), ("first_reply_at", firstReplyAt?.milliseconds),
      ("resolved_at", resolvedAt?.milliseconds), ("callback_at", callbackAt?.milliseconds), ("note", note),
      ("missed_sla", missedSLA),
    ]
  }

  fileprivate init(_ row: Row) {
    self.init(
      id: row["id"], conversation: row["conversation"], kind: row["kind"], reason: row["reason"],
      channel: row["channel"], priority: row["priority"], skills: Words.read(row["skills"]), call: row["call"],
      evidence: row["evidence"], package: row["package"], state: State(rawValue: row["state"]) ?? .resolved,
      person: row["person"], createdAt: row.time("created_at"), dueAt: row.timeIfAny("due_at"),
      offeredTo: row["offered_to"], offerEndsAt: row.timeIfAny("offer_ends_at"),
      claimedAt: row.timeIfAny("claimed_at"), firstReplyAt: row.timeIfAny("first_reply_at"),
      resolvedAt: row.timeIfAny("resolved_at"), callbackAt: row.timeIfAny("callback_at"), note: row["note"],
      missedSLA: row["missed_sla"])
  }
}

extension SQLiteRows {
  private func escalations(_ condition: String, _ arguments: StatementArguments) throws -> [EscalationRecord] {
    try rows("SELECT * FROM escalation \(condition)", arguments).map { EscalationRecord($0) }
  }

  func escalation(_ id: String) throws -> EscalationRecord? { try escalations("WHERE id = ?", [id]).first }

  func openEscalation(of conversation: String) throws -> EscalationRecord? {
    try escalations("WHERE conversation = ? AND state IN ('waiting', 'offered', 'claimed')", [conversation]).first
  }

  func escalations(
    in states: Set<EscalationRecord.State>, after cursor: String?, limit: Int
  ) throws -> [EscalationRecord] {
    try escalations(
      """
      WHERE state IN (SELECT value FROM json_each(?))
        AND (? IS NULL OR (priority, created_at, id)
          > (SELECT last.priority, last.created_at, last.id FROM escalation last WHERE last.id = ?))
      ORDER BY priority, created_at, id LIMIT ?
      """, [Words.write(states.map(\.rawValue)), cursor, cursor, limit])
  }

  func escalations(_ state: EscalationRecord.State?, limit: Int) throws -> [EscalationRecord] {
    guard let state else { return try escalations("ORDER BY created_at, id LIMIT ?", [limit]) }
    return try escalations("WHERE state = ? ORDER BY created_at, id LIMIT ?", [state.rawValue, limit])
  }

  func escalations(
    changedSince revision: Int64, limit: Int
  ) throws -> (records: [EscalationRecord], revision: Int64) {
    let found = try rows(
      """
      SELECT e.*, c.revision FROM escalation_change c JOIN escalation e ON e.id = c.escalation WHERE c.revision > ?
      ORDER BY c.revision LIMIT ?
      """, [revision, limit])
    return (found.map { EscalationRecord($0) }, found.last?["revision"] ?? revision)
  }

  func lastRevision() throws -> Int64 { try value("SELECT max(revision) FROM escalation_change") ?? 0 }

  func lapsedOffers(at now: Timestamp, limit: Int) throws -> [EscalationRecord] {
    try escalations(
      "WHERE state = 'offered' AND offer_ends_at <= ? ORDER BY priority, created_at, id LIMIT ?",
      [now.milliseconds, limit])
  }

  func dueCallbacks(at now: Timestamp, limit: Int) throws -> [EscalationRecord] {
    try escalations(
      "WHERE state = 'callback' AND callback_at <= ? ORDER BY callback_at, id LIMIT ?", [now.milliseconds, limit])
  }

  func overdue(at now: Timestamp, limit: Int) throws -> [EscalationRecord] {
    try escalations(
      """
      WHERE missed_sla = 0 AND first_reply_at IS NULL AND state IN ('waiting', 'offered', 'claimed') AND due_at < ?
      ORDER BY due_at, id LIMIT ?
      """, [now.milliseconds, limit])
  }

  func claims(of people: [String]) throws -> [String: Int] {
    let found = try rows(
      """
      SELECT person, count(*) AS count FROM escalation
      WHERE state = 'claimed' AND person IN (SELECT value FROM json_each(?)) GROUP BY person
      """, [Words.write(people)])
    return Dictionary(found.map { ($0["person"], $0["count"]) }, uniquingKeysWith: { $1 })
  }

  func insert(_ escalation: EscalationRecord) throws { try insert(into: "escalation", escalation.columns) }

  func update(_ before: EscalationRecord, to after: EscalationRecord) throws {
    try update("escalation", before.columns, to: after.columns, where: "id = ?", [before.id])
  }
}
