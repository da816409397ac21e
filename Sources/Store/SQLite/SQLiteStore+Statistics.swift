// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func statistics(since time: Timestamp) async throws(StoreError) -> StoreStatistics {
    try await read { db in
      let since = time.milliseconds
      let kinds = try db.rows(
        "SELECT kind, count(*) AS count FROM escalation WHERE created_at >= ? GROUP BY kind", [since])
      var escalations: [String: Int] = [:]
      for row in kinds { escalations[row["kind"]] = row["count"] }
      // One that is not over yet, or was never replied to and closed in time, counts for neither.
      let kept = try db.row(
        """
        SELECT count(*) FILTER (WHERE NOT missed_sla AND first_reply_at <= due_at) AS hit,
          count(*) FILTER (WHERE missed_sla) AS missed
        FROM escalation WHERE created_at >= ?
        """, [since])
      let waiting = try db.row(
        "SELECT count(*) AS count, min(created_at) AS oldest FROM escalation WHERE state IN ('waiting', 'offered')")
      return StoreStatistics(
        calls: try Self.hours("started_at", "call WHERE started_at >= ?", since, db),
        chats: try Self.hours(
          "stored_at", "message WHERE stored_at >= ? AND channel <> 'phone' AND state <> 'withdrawn'", since, db),
        escalations: escalations, slaHit: kept?["hit"] ?? 0, slaMissed: kept?["missed"] ?? 0,
        waiting: waiting?["count"] ?? 0, oldestWaiting: waiting?.timeIfAny("oldest"))
    }
  }

  private static func hours(
    _ column: String, _ source: String, _ since: Int64, _ db: Database
  ) throws -> [StoreStatistics.Hour] {
    try db.rows(
      "SELECT \(column) / 3600000 * 3600000 AS at, count(*) AS count FROM \(source) GROUP BY 1 ORDER BY 1", [since]
    ).map { StoreStatistics.Hour(at: $0.time("at"), count: $0["count"]) }
  }
}
