import GRDB

extension EventRecord {
  fileprivate init(_ row: Row) {
    self.init(
      sequence: row["sequence"], id: row["id"], type: row["type"], at: row.time("at"),
      conversation: row["conversation"], call: row["call"], data: row["data"])
  }
}

extension WebhookDelivery {
  fileprivate var columns: Columns {
    [
      ("id", id), ("endpoint", endpoint), ("event", event), ("body", body), ("attempts", attempts),
      ("state", state.rawValue), ("due_at", dueAt.milliseconds), ("last_status", lastStatus),
      ("last_error", lastError), ("created_at", createdAt.milliseconds), ("delivered_at", deliveredAt?.milliseconds),
    ]
  }

  fileprivate init(_ row: Row) {
    self.init(
      id: row["id"], endpoint: row["endpoint"], event: row["event"], body: row["body"], attempts: row["attempts"],
      state: State(rawValue: row["state"]) ?? .dead, dueAt: row.time("due_at"), lastStatus: row["last_status"],
      lastError: row["last_error"], createdAt: row.time("created_at"), deliveredAt: row.timeIfAny("delivered_at"))
  }
}

extension SQLiteRows {
  // MARK: Events

  func event(_ id: String) throws -> EventRecord? {
    try row("SELECT * FROM event WHERE id = ?", [id]).map { EventRecord($0) }
  }

  func events(after sequence: Int64, types: Set<String>?, limit: Int) throws -> [EventRecord] {
    let found =
      if let types {
        try rows(
          """
          SELECT * FROM event WHERE sequence > ? AND type IN (SELECT value FROM json_each(?)) ORDER BY sequence LIMIT ?
          """, [sequence, Words.write(types), limit])
      } else {
        try rows("SELECT * FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?", [sequence, limit])
      }
    return found.map { EventRecord($0) }
  }

  func lastEvent(skipping count: Int) throws -> EventRecord? {
    try row("SELECT * FROM event ORDER BY sequence DESC LIMIT 1 OFFSET ?", [max(0, count)]).map { EventRecord($0) }
  }

  func append(_ event: NewEvent) throws -> EventRecord {
    try run(
      "INSERT INTO event (id, type, at, conversation, call, data) VALUES (?, ?, ?, ?, ?, ?)",
      [event.id, event.type, event.at.milliseconds, event.conversation, event.call, event.data])
    return EventRecord(
      sequence: db.lastInsertedRowID, id: event.id, type: event.type, at: event.at, conversation: event.conversation,
      call: event.call, data: event.data)
  }

  // MARK: Webhooks

  func dueWebhooks(endpoint: String, at now: Timestamp, limit: Int) throws -> [WebhookDelivery] {
    try rows(
      """
      SELECT * FROM webhook WHERE endpoint = ? AND state = 'pending' AND due_at <= ? ORDER BY due_at, position LIMIT ?
      """, [endpoint, now.milliseconds, limit]
    ).map { WebhookDelivery($0) }
  }

  func nextWebhookDue(endpoint: String) throws -> Timestamp? {
    try value(
      "SELECT min(due_at) FROM webhook WHERE endpoint = ? AND state = 'pending'", [endpoint], as: Int64.self
    ).map { Timestamp(milliseconds: $0) }
  }

  func webhook(_ id: String) throws -> WebhookDelivery? {
    try row("SELECT * FROM webhook WHERE id = ?", [id]).map { WebhookDelivery($0) }
  }

  func deadWebhooks(before id: String?, limit: Int) throws -> [WebhookDelivery] {
    try rows(
      """
      SELECT * FROM webhook WHERE state = 'dead'
        AND position < CASE WHEN ? IS NULL THEN \(Int64.max) ELSE (SELECT position FROM webhook WHERE id = ?) END
      ORDER BY position DESC LIMIT ?
      """, [id, id, limit]
    ).map { WebhookDelivery($0) }
  }

  func insert(_ webhook: WebhookDelivery) throws {
    try insert(into: "webhook", webhook.columns, or: "ON CONFLICT (endpoint, event) DO NOTHING")
  }

  func update(_ before: WebhookDelivery, to after: WebhookDelivery) throws {
    try update("webhook", before.columns, to: after.columns, where: "id = ?", [before.id])
  }
}
