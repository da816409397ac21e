// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  @discardableResult
  public func append(
    _ events: [NewEvent], webhooks: [NewWebhook], at now: Timestamp
  ) async throws(StoreError) -> [EventRecord] {
    guard !events.isEmpty || !webhooks.isEmpty else { return [] }
    return try await write { db in
      let records = try events.map { try Self.append($0, db) }
      for webhook in webhooks { try Self.enqueue(webhook, at: now, db) }
      return records
    }
  }

  @discardableResult
  static func append(_ event: NewEvent, _ db: Database) throws -> EventRecord {
    try db.run(
      """
      INSERT INTO event (id, type, at, conversation, call, data) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
      """, [event.id, event.type, event.at.milliseconds, event.conversation, event.call, event.data])
    if db.changesCount == 0, let row = try db.row("SELECT * FROM event WHERE id = ?", [event.id]) {
      return EventRecord(row)
    }
    return EventRecord(
      sequence: db.lastInsertedRowID, id: event.id, type: event.type, at: event.at, conversation: event.conversation,
      call: event.call, data: event.data)
  }

  public func events(
    after id: String?, limit: Int, types: Set<String>?
  ) async throws(StoreError) -> [EventRecord] {
    try await read { db in
      let last = try id.flatMap { try db.row("SELECT sequence FROM event WHERE id = ?", [$0]) }
      return try Self.events(after: last?["sequence"] ?? 0, limit: limit, types: types, db)
    }
  }

  public func events(
    after sequence: Int64, limit: Int, types: Set<String>?
  ) async throws(StoreError) -> [EventRecord] {
    try await read { db in try Self.events(after: sequence, limit: limit, types: types, db) }
  }

  private static func events(
    after sequence: Int64, limit: Int, types: Set<String>?, _ db: Database
  ) throws -> [EventRecord] {
    let rows =
      if let types {
        try db.rows(
          """
          SELECT * FROM event WHERE sequence > ? AND type IN (SELECT value FROM json_each(?)) ORDER BY sequence LIMIT ?
          """, [sequence, Words.write(Array(types)), limit])
      } else {
        try db.rows("SELECT * FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?", [sequence, limit])
      }
    return rows.map { EventRecord($0) }
  }

  public func lastEvent() async throws(StoreError) -> EventRecord? {
    try await read { db in
      try db.row("SELECT * FROM event ORDER BY sequence DESC LIMIT 1").map { EventRecord($0) }
    }
  }

  public func forgetEvents(before time: Timestamp, keeping count: Int) async throws(StoreError) {
    // The newest of those that may go.
    let newest: Int64? = try await read { db in
      try db.row("SELECT sequence FROM event ORDER BY sequence DESC LIMIT 1 OFFSET ?", [max(0, count)])?["sequence"]
    }
    guard let newest else { return }
    try await forget("event WHERE at < ? AND sequence <= ?", time.milliseconds, newest)
  }
}
