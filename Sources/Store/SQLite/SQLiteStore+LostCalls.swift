// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func endLostCalls(
    reason: String, at now: Timestamp,
    tell: @escaping @Sendable (inout CallRecord) -> (events: [NewEvent], webhooks: [NewWebhook])
  ) async throws(StoreError) -> [CallRecord] {
    try await write { db in
      let open = try db.rows("SELECT \(CallRecord.columns) FROM call WHERE ended_at IS NULL ORDER BY id")
      return try open.map { row in
        var call = CallRecord(row)
        call.endedAt = min(try Self.lastSign(of: call, db), max(now, call.startedAt))
        call.reason = reason
        let told = tell(&call)
        try Self.save(call, db)
        if call.recording == nil { try db.run("UPDATE call SET recording = NULL WHERE id = ?", [call.id]) }
        for event in told.events { try Self.append(event, db) }
        for webhook in told.webhooks { try Self.enqueue(webhook, at: now, db) }
        return call
      }
    }
  }

  /// The last time at which something of a call was written down.
  private static func lastSign(of call: CallRecord, _ db: Database) throws -> Timestamp {
    let turn = try db.row("SELECT max(at) AS at FROM turn WHERE call = ?", [call.id])?.timeIfAny("at")
    let word = try call.conversation.flatMap { conversation in
      try db.row(
        "SELECT max(stored_at) AS at FROM message WHERE conversation = ? AND call = ?", [conversation, call.id]
      )?.timeIfAny("at")
    }
    return [call.startedAt, call.answeredAt, turn, word].compactMap { $0 }.max() ?? call.startedAt
  }
}
