// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func enqueue(webhooks: [NewWebhook], at now: Timestamp) async throws(StoreError) {
    guard !webhooks.isEmpty else { return }
    try await write { db in for webhook in webhooks { try Self.enqueue(webhook, at: now, db) } }
  }

  static func enqueue(_ webhook: NewWebhook, at now: Timestamp, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO webhook (id, endpoint, event, body, state, due_at, created_at) VALUES (?, ?, ?, ?, 'pending', ?, ?)
      ON CONFLICT (endpoint, event) DO NOTHING
      """,
      [
        RecordID.make("hook", at: now), webhook.endpoint, webhook.event, webhook.body, now.milliseconds,
        now.milliseconds,
      ])
  }

  public func dueWebhooks(
    endpoint: String, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [WebhookDelivery] {
    try await read { db in
      try db.rows(
        """
        SELECT * FROM webhook WHERE endpoint = ? AND state = 'pending' AND due_at <= ?
        ORDER BY due_at, position LIMIT ?
        """, [endpoint, now.milliseconds, limit]
      ).map { WebhookDelivery($0) }
    }
  }

  public func nextWebhookDue(endpoint: String) async throws(StoreError) -> Timestamp? {
    try await read { db in
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT min(due_at) FROM webhook WHERE endpoint = ? AND state = 'pending'"),
        arguments: [endpoint]
      ).map { Timestamp(milliseconds: $0) }
    }
  }

  public func webhook(_ id: String) async throws(StoreError) -> WebhookDelivery? {
    try await read { db in
      try db.row("SELECT * FROM webhook WHERE id = ?", [id]).map { WebhookDelivery($0) }
    }
  }

  public func finish(
    webhook id: String, _ outcome: WebhookOutcome, at now: Timestamp
  ) async throws(StoreError) {
    try await write { db in
      switch outcome {
      case .delivered(let status):
        try db.run(
          """
          UPDATE webhook SET state = 'delivered', attempts = attempts + 1, last_status = ?, last_error = NULL,
            delivered_at = ?
          WHERE id = ? AND state = 'pending'
          """, [status, now.milliseconds, id])
      case .retry(let time, let status, let error):
        try db.run(
          """
          UPDATE webhook SET attempts = attempts + 1, due_at = ?, last_status = ?, last_error = ?
          WHERE id = ? AND state = 'pending'
          """, [time.milliseconds, status, error, id])
      case .dead(let status, let error):
        try db.run(
          """
          UPDATE webhook SET state = 'dead', attempts = attempts + 1, last_status = ?, last_error = ?
          WHERE id = ? AND state = 'pending'
          """, [status, error, id])
      }
    }
  }

  public func deadWebhooks(before id: String?, limit: Int) async throws(StoreError) -> [WebhookDelivery] {
    try await read { db in
      try db.rows(
        """
        SELECT * FROM webhook WHERE state = 'dead'
          AND position < CASE WHEN ? IS NULL THEN \(Int64.max) ELSE (SELECT position FROM webhook WHERE id = ?) END
        ORDER BY position DESC LIMIT ?
        """, [id, id, limit]
      ).map { WebhookDelivery($0) }
    }
  }

  public func retry(webhook id: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      try db.run(
        "UPDATE webhook SET state = 'pending', attempts = 0, due_at = ? WHERE id = ? AND state = 'dead'",
        [now.milliseconds, id])
      return db.changesCount > 0
    }
  }

  public func forgetWebhooks(before time: Timestamp) async throws(StoreError) {
    try await forget("webhook WHERE created_at < ? AND state <> 'pending'", time.milliseconds)
  }
}
