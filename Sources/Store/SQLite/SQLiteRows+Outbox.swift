import GRDB

extension OutboxItem {
  /// Of rows of the outbox named `o`.
  fileprivate static let selection = """
    o.key, o.conversation, o.channel, o.account, o.phone, o.user, o.payload, o.media, o.reply_to, o.state, o.attempts,
    o.due_at, (SELECT last_customer_at FROM thread t WHERE t.conversation = o.conversation AND t.channel = o.channel
      AND t.account = o.account) AS last_customer_at
    """

  fileprivate var columns: Columns {
    [
      ("key", key), ("conversation", conversation), ("channel", thread.channel), ("account", thread.account),
      ("phone", thread.phone), ("user", thread.user), ("payload", payload), ("media", media), ("reply_to", replyTo),
      ("state", state.rawValue), ("attempts", attempts), ("due_at", dueAt.milliseconds),
    ]
  }

  fileprivate init(_ row: Row) {
    self.init(
      key: row["key"], conversation: row["conversation"], thread: ChatThread(row), payload: row["payload"],
      media: row["media"], replyTo: row["reply_to"], state: State(rawValue: row["state"]) ?? .held,
      attempts: row["attempts"], dueAt: row.time("due_at"))
  }
}

extension SQLiteRows {
  /// `SendingOrder.ready`.
  private static let ready = """
    FROM outbox o WHERE channel = ? AND account = ? AND state IN ('queued', 'uncertain')
      AND NOT EXISTS (SELECT 1 FROM outbox earlier
        WHERE earlier.conversation = o.conversation AND earlier.position < o.position AND earlier.state <> 'held'
          AND earlier.channel = o.channel AND earlier.account = o.account)
      AND NOT EXISTS (SELECT 1 FROM outbox other
        WHERE other.state = 'sending' AND other.conversation = o.conversation AND other.channel = o.channel
          AND other.account = o.account)
      AND (state = 'queued' OR due_at < coalesce(
        (SELECT received_at FROM delivery WHERE applied_at IS NULL ORDER BY id LIMIT 1), \(Int64.max)))
    """

  func due(channel: String, account: String, at now: Timestamp, limit: Int) throws -> [OutboxItem] {
    try rows(
      "SELECT \(OutboxItem.selection) \(Self.ready) AND due_at <= ? ORDER BY due_at, position LIMIT ?",
      [channel, account, now.milliseconds, max(0, limit)]
    ).map { OutboxItem($0) }
  }

  func nextDue(channel: String, account: String) throws -> Timestamp? {
    try value("SELECT min(due_at) \(Self.ready)", [channel, account], as: Int64.self)
      .map { Timestamp(milliseconds: $0) }
  }

  func items(_ keys: [String]) throws -> [OutboxItem] {
    try rows(
      """
      SELECT \(OutboxItem.selection) FROM outbox o WHERE key IN (SELECT value FROM json_each(?)) ORDER BY position
      """, [Words.write(keys)]
    ).map { OutboxItem($0) }
  }

  func items(of conversation: String, channel: String) throws -> [OutboxItem] {
    try rows(
      "SELECT \(OutboxItem.selection) FROM outbox o WHERE conversation = ? AND channel = ? ORDER BY position",
      [conversation, channel]
    ).map { OutboxItem($0) }
  }

  func items(in states: Set<OutboxItem.State>) throws -> [OutboxItem] {
    try rows(
      """
      SELECT \(OutboxItem.selection) FROM outbox o WHERE state IN (SELECT value FROM json_each(?)) ORDER BY position
      """, [Words.write(states.map(\.rawValue))]
    ).map { OutboxItem($0) }
  }

  func outgoing(_ key: String) throws -> (item: OutboxItem, message: MessageRecord)? {
    try outgoing("o.key = ?", [key]).first
  }

  func unsentByAssistant(in conversation: String) throws -> [(item: OutboxItem, message: MessageRecord)] {
    try outgoing("o.conversation = ? AND m.author = 'assistant' AND o.state IN ('queued', 'held')", [conversation])
  }

  private func outgoing(
    _ condition: String, _ arguments: StatementArguments
  ) throws -> [(item: OutboxItem, message: MessageRecord)] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(MessageRecord.besideOthers), \(OutboxItem.selection) FROM outbox o JOIN message m ON m.id = o.key
        WHERE \(condition) ORDER BY o.position
        """)
    // Both have columns of the same names.
    let width = MessageRecord.width
    let adapter = ScopeAdapter([
      "message": RangeRowAdapter(0..<width), "item": RangeRowAdapter(width..<statement.columnCount),
    ])
    return try Row.fetchAll(statement, arguments: arguments, adapter: adapter).compactMap { row in
      guard let item = row.scopes["item"], let message = row.scopes["message"] else { return nil }
      return (OutboxItem(item), MessageRecord(message))
    }
  }

  func insert(_ item: OutboxItem, answer: String?) throws {
    try insert(into: "outbox", item.columns + [("answer", answer)])
  }

  func update(_ before: OutboxItem, to after: OutboxItem) throws {
    try update("outbox", before.columns, to: after.columns, where: "key = ?", [before.key])
  }

  func removeItem(_ key: String) throws { try run("DELETE FROM outbox WHERE key = ?", [key]) }

  func releaseHeld(in conversation: String, channel: String, account: String, at now: Timestamp) throws {
    try run(
      """
      UPDATE outbox SET state = 'queued', due_at = ?
      WHERE conversation = ? AND channel = ? AND account = ? AND state = 'held'
      """, [now.milliseconds, conversation, channel, account])
  }
}
