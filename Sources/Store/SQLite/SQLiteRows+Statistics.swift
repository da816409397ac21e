import GRDB

extension SQLiteRows {
  func statistics(since time: Timestamp) throws -> StoreStatistics {
    let since = time.milliseconds
    let kinds = try rows(
      "SELECT kind, count(*) AS count FROM escalation WHERE created_at >= ? GROUP BY kind", [since])
    // One that is not over yet, or was never replied to and closed in time, counts for neither.
    let kept = try row(
      """
      SELECT count(*) FILTER (WHERE NOT missed_sla AND first_reply_at <= due_at) AS hit,
        count(*) FILTER (WHERE missed_sla) AS missed
      FROM escalation WHERE created_at >= ?
      """, [since])
    let waiting = try row(
      "SELECT count(*) AS count, min(created_at) AS oldest FROM escalation WHERE state IN ('waiting', 'offered')")
    return StoreStatistics(
      calls: try hours("started_at", "call WHERE started_at >= ?", since),
      chats: try hours(
        "stored_at", "message WHERE stored_at >= ? AND channel <> 'phone' AND state <> 'withdrawn'", since),
      escalations: Dictionary(kinds.map { ($0["kind"], $0["count"]) }, uniquingKeysWith: { $1 }),
      slaHit: kept?["hit"] ?? 0, slaMissed: kept?["missed"] ?? 0, waiting: waiting?["count"] ?? 0,
      oldestWaiting: waiting?.timeIfAny("oldest"))
  }

  private func hours(_ column: String, _ source: String, _ since: Int64) throws -> [StoreStatistics.Hour] {
    try rows(
      "SELECT \(column) / 3600000 * 3600000 AS at, count(*) AS count FROM \(source) GROUP BY 1 ORDER BY 1", [since]
    ).map { StoreStatistics.Hour(at: $0.time("at"), count: $0["count"]) }
  }
}
