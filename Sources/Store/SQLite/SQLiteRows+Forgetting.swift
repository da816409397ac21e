import GRDB

extension SQLiteRows {
  func forget(_ what: Forgettable, limit: Int) throws -> Int {
    switch what {
    case .media(let time):
      return try delete(
        "media WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.media = media.id)",
        [time.milliseconds], limit)
    case .messages(let time):
      return try delete(
        "message", ["message_status": "message"], "stored_at < ? AND state NOT IN ('pending', 'queued')",
        [time.milliseconds], limit)
    case .calls(let time):
      return try delete(
        "call", ["turn": "call"], "ended_at < ? AND recording IS NULL", [time.milliseconds], limit)
    case .escalations(let time):
      return try delete("escalation WHERE resolved_at < ? AND state = 'resolved'", [time.milliseconds], limit)
    case .sessions(let time): return try delete("session WHERE expires_at < ?", [time.milliseconds], limit)
    case .audits(let time): return try delete("audit WHERE at < ?", [time.milliseconds], limit)
    case .events(let time, let place):
      return try delete("event WHERE at < ? AND sequence <= ?", [time.milliseconds, place], limit)
    case .webhooks(let time):
      return try delete("webhook WHERE created_at < ? AND state <> 'pending'", [time.milliseconds], limit)
    case .deliveries(let time):
      return try delete(
        "delivery WHERE applied_at IS NOT NULL AND applied_at < ? AND problem IS NULL", [time.milliseconds], limit)
    case .earlyChanges(let time):
      try run(
        """
        DELETE FROM early_change WHERE (channel, channel_id) IN (SELECT channel, channel_id FROM early_change
          WHERE at < ? LIMIT ?)
        """, [time.milliseconds, limit])
      return db.changesCount
    }
  }

  /// Deletes what is meant by a table and a condition.
  private func delete(_ what: String, _ arguments: StatementArguments, _ limit: Int) throws -> Int {
    let table = what.prefix { $0 != " " }
    try run("DELETE FROM \(table) WHERE rowid IN (SELECT rowid FROM \(what) LIMIT ?)", arguments + [limit])
    return db.changesCount
  }

  /// Deletes rows that others belong to by a column, with those.
  private func delete(
    _ table: String, _ parts: KeyValuePairs<String, String>, _ condition: String, _ arguments: StatementArguments,
    _ limit: Int
  ) throws -> Int {
    let ids = try values("SELECT id FROM \(table) WHERE \(condition) LIMIT ?", arguments + [limit], as: String.self)
    for id in ids {
      for (part, column) in parts { try run("DELETE FROM \(part) WHERE \(column) = ?", [id]) }
      try run("DELETE FROM \(table) WHERE id = ?", [id])
    }
    return ids.count
  }
}
