// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func open(_ session: SessionRecord) async throws(StoreError) {
    try await write { db in
      try db.run(
        """
        INSERT INTO session (id, token_digest, person, role, created_at, last_seen_at, expires_at, address, agent)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          session.id, session.tokenDigest, session.person, session.role, session.createdAt.milliseconds,
          session.lastSeenAt.milliseconds, session.expiresAt.milliseconds, session.address, session.agent,
        ])
    }
  }

  public func session(digest: String, at now: Timestamp) async throws(StoreError) -> SessionRecord? {
    try await read { db in
      try db.row("SELECT * FROM session WHERE token_digest = ? AND expires_at > ?", [digest, now.milliseconds])
        .map { SessionRecord($0) }
    }
  }

  public func touch(_ id: String, at now: Timestamp) async throws(StoreError) {
    try await write { db in
      try db.run("UPDATE session SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", [now.milliseconds, id])
    }
  }

  public func sessions(person: String?) async throws(StoreError) -> [SessionRecord] {
    try await read { db in
      try db.rows(
        "SELECT * FROM session WHERE person = coalesce(?, person) ORDER BY last_seen_at DESC, id DESC", [person]
      ).map { SessionRecord($0) }
    }
  }

  public func revoke(_ id: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      guard let row = try db.row("SELECT expires_at FROM session WHERE id = ?", [id]) else { return false }
      try db.run("DELETE FROM session WHERE id = ?", [id])
      return row.time("expires_at") > now
    }
  }

  @discardableResult
  public func revokeAll(person: String) async throws(StoreError) -> [String] {
    try await write { db in
      let ids = try db.rows("SELECT id FROM session WHERE person = ? ORDER BY id", [person]).map { $0["id"] as String }
      try db.run("DELETE FROM session WHERE person = ?", [person])
      return ids
    }
  }

  public func forgetSessions(before time: Timestamp) async throws(StoreError) {
    try await forget("session WHERE expires_at < ?", time.milliseconds)
  }

  @discardableResult
  public func audit(_ entry: NewAudit) async throws(StoreError) -> AuditRecord {
    try await write { db in
      try db.run(
        "INSERT INTO audit (at, who, action, subject, detail, address) VALUES (?, ?, ?, ?, ?, ?)",
        [entry.at.milliseconds, entry.who, entry.action, entry.subject, entry.detail, entry.address])
      return AuditRecord(
        sequence: db.lastInsertedRowID, at: entry.at, who: entry.who, action: entry.action, subject: entry.subject,
        detail: entry.detail, address: entry.address)
    }
  }

  public func audits(before sequence: Int64?, limit: Int) async throws(StoreError) -> [AuditRecord] {
    try await read { db in
      try db.rows("SELECT * FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?", [sequence ?? .max, limit])
        .map { AuditRecord($0) }
    }
  }

  public func forgetAudits(before time: Timestamp) async throws(StoreError) {
    try await forget("audit WHERE at < ?", time.milliseconds)
  }
}
