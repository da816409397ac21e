// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func forgetMedia(before time: Timestamp) async throws(StoreError) {
    try await forget(
      "media WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.media = media.id)",
      time.milliseconds)
  }

  public func forgetMessages(before time: Timestamp) async throws(StoreError) {
    while try await forgetSomeMessages(before: time) {}
  }

  private func forgetSomeMessages(before time: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      let ids = try db.rows(
        "SELECT id FROM message WHERE stored_at < ? AND state NOT IN ('pending', 'queued') LIMIT \(Self.portion)",
        [time.milliseconds]
      ).map { $0["id"] as String }
      for id in ids {
        try db.run("DELETE FROM message_status WHERE message = ?", [id])
        try db.run("DELETE FROM message WHERE id = ?", [id])
      }
      return !ids.isEmpty
    }
  }

  public func forgetCalls(before time: Timestamp) async throws(StoreError) {
    while try await forgetSomeCalls(before: time) {}
  }

  private func forgetSomeCalls(before time: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      let ids = try db.rows(
        "SELECT id FROM call WHERE ended_at < ? AND recording IS NULL LIMIT \(Self.portion)", [time.milliseconds]
      ).map { $0["id"] as String }
      for id in ids {
        try db.run("DELETE FROM turn WHERE call = ?", [id])
        try db.run("DELETE FROM call WHERE id = ?", [id])
      }
      return !ids.isEmpty
    }
  }

  public func recordings(before time: Timestamp, limit: Int) async throws(StoreError) -> [CallRecord] {
    try await read { db in
      try db.rows(
        """
        SELECT \(CallRecord.columns) FROM call WHERE ended_at < ? AND recording IS NOT NULL ORDER BY ended_at, id LIMIT ?
        """, [time.milliseconds, limit]
      ).map { CallRecord($0) }
    }
  }

  public func forgetRecording(of call: String) async throws(StoreError) {
    try await write { db in
      try db.run("UPDATE call SET recording = NULL, recording_seconds = NULL WHERE id = ?", [call])
    }
  }

  public func forgetEscalations(before time: Timestamp) async throws(StoreError) {
    try await forget("escalation WHERE resolved_at < ? AND state = 'resolved'", time.milliseconds)
  }

  /// How much is thrown away in one step, so that no webhook waits long for it.
  private static let portion = 500

  /// Throws away what is meant by a table and a condition, in steps.
  func forget(_ what: String, _ arguments: Int64...) async throws(StoreError) {
    let table = what.prefix { $0 != " " }
    let sql = "DELETE FROM \(table) WHERE rowid IN (SELECT rowid FROM \(what) LIMIT \(Self.portion))"
    while try await forgetSome(sql, StatementArguments(arguments)) {}
  }

  private func forgetSome(_ sql: String, _ arguments: StatementArguments) async throws(StoreError) -> Bool {
    try await write { db in
      try db.run(sql, arguments)
      return db.changesCount > 0
    }
  }
}
