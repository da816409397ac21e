import GRDB

extension SessionRecord {
  fileprivate var columns: Columns {
    [
      ("id", id), ("token_digest", tokenDigest), ("person", person), ("role", role),
      ("created_at", createdAt.milliseconds), ("last_seen_at", lastSeenAt.milliseconds),
      ("expires_at", expiresAt.milliseconds), ("address", address), ("agent", agent),
    ]
  }

  fileprivate init(_ row: Row) {
    self.init(
      id: row["id"], tokenDigest: row["token_digest"], person: row["person"], role: row["role"],
      createdAt: row.time("created_at"), lastSeenAt: row.time("last_seen_at"), expiresAt: row.time("expires_at"),
      address: row["address"], agent: row["agent"])
  }
}

extension SQLiteRows {
  func session(_ id: String) throws -> SessionRecord? {
    try row("SELECT * FROM session WHERE id = ?", [id]).map { SessionRecord($0) }
  }

  func session(digest: String) throws -> SessionRecord? {
    try row("SELECT * FROM session WHERE token_digest = ?", [digest]).map { SessionRecord($0) }
  }

  func sessions(person: String?) throws -> [SessionRecord] {
    try rows("SELECT * FROM session WHERE person = coalesce(?, person) ORDER BY last_seen_at DESC, id DESC", [person])
      .map { SessionRecord($0) }
  }

  func insert(_ session: SessionRecord) throws { try insert(into: "session", session.columns) }

  func update(_ before: SessionRecord, to after: SessionRecord) throws {
    try update("session", before.columns, to: after.columns, where: "id = ?", [before.id])
  }

  func removeSession(_ id: String) throws { try run("DELETE FROM session WHERE id = ?", [id]) }

  // MARK: The audit

  func audits(before sequence: Int64?, limit: Int) throws -> [AuditRecord] {
    try rows("SELECT * FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?", [sequence ?? .max, limit])
      .map { row in
        AuditRecord(
          sequence: row["sequence"], at: row.time("at"), who: row["who"], action: row["action"],
          subject: row["subject"], detail: row["detail"], address: row["address"])
      }
  }

  func append(_ entry: NewAudit) throws -> AuditRecord {
    try run(
      "INSERT INTO audit (at, who, action, subject, detail, address) VALUES (?, ?, ?, ?, ?, ?)",
      [entry.at.milliseconds, entry.who, entry.action, entry.subject, entry.detail, entry.address])
    return AuditRecord(
      sequence: db.lastInsertedRowID, at: entry.at, who: entry.who, action: entry.action, subject: entry.subject,
      detail: entry.detail, address: entry.address)
  }
}
