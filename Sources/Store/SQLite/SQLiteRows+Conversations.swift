import GRDB

extension ConversationState {
  var columns: Columns {
    [
      ("id", id), ("customer", customer), ("owner", owner.rawValue), ("person", person), ("epoch", epoch),
      ("memory", memory), ("watch", watch), ("tags", Words.write(tags)), ("merged_into", mergedInto),
      ("created_at", createdAt.milliseconds), ("updated_at", updatedAt.milliseconds),
    ]
  }

  init(_ row: Row) {
    self.init(
      id: row["id"], customer: row["customer"], owner: ConversationOwner(rawValue: row["owner"]) ?? .queue,
      person: row["person"], epoch: row["epoch"], memory: row["memory"], watch: row["watch"],
      tags: Words.read(row["tags"]), mergedInto: row["merged_into"], createdAt: row.time("created_at"),
      updatedAt: row.time("updated_at"))
  }
}

extension ChatThread {
  init(_ row: Row) {
    self.init(
      channel: row["channel"], account: row["account"], phone: row["phone"], user: row["user"],
      lastCustomerAt: row.timeIfAny("last_customer_at"))
  }
}

extension SQLiteRows {
  func conversation(_ id: String) throws -> ConversationState? {
    try row("SELECT * FROM conversation WHERE id = ?", [id]).map { ConversationState($0) }
  }

  func survivor(of id: String) throws -> ConversationState? {
    try row(
      """
      SELECT * FROM conversation WHERE id = (SELECT coalesce(merged_into, id) FROM conversation WHERE id = ?)
      """, [id]
    ).map { ConversationState($0) }
  }

  func conversation(ofCustomer customer: String) throws -> ConversationState? {
    try row("SELECT * FROM conversation WHERE customer = ? AND merged_into IS NULL", [customer])
      .map { ConversationState($0) }
  }

  func conversations(
    _ filter: ConversationFilter, before cursor: (updatedAt: Timestamp, id: String)?, limit: Int
  ) throws -> [ConversationState] {
    var conditions = ""
    var arguments: StatementArguments = [cursor?.updatedAt.milliseconds ?? .max, cursor?.id ?? ""]
    func add(_ condition: String, _ values: StatementArguments) {
      conditions += " AND \(condition)"
      arguments += values
    }
    let named = "(SELECT coalesce(merged_into, id) FROM conversation WHERE id IN (SELECT value FROM json_each(?)))"
    if let owner = filter.owner { add("owner = ?", [owner.rawValue]) }
    if let person = filter.person { add("person = ?", [person]) }
    if let channel = filter.channel {
      add(
        """
        (EXISTS (SELECT 1 FROM thread WHERE thread.conversation = conversation.id AND channel = ?)
          OR ? = 'phone' AND EXISTS (SELECT 1 FROM call WHERE call.conversation = conversation.id))
        """, [channel, channel])
    }
    if let tag = filter.tag { add("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)", [tag]) }
    if let ids = filter.ids { add("id IN \(named)", [Words.write(ids)]) }
    if let ids = filter.excluding { add("id NOT IN \(named)", [Words.write(ids)]) }
    return try rows(
      """
      SELECT * FROM conversation WHERE merged_into IS NULL AND (updated_at, id) < (?, ?)\(conditions)
      ORDER BY updated_at DESC, id DESC LIMIT ?
      """, arguments + [limit]
    ).map { ConversationState($0) }
  }

  func threads(of conversations: [String]) throws -> [String: [ChatThread]] {
    let found = try rows(
      """
      SELECT * FROM thread WHERE conversation IN (SELECT value FROM json_each(?))
      ORDER BY conversation, channel, account
      """, [Words.write(conversations)])
    return Dictionary(grouping: found) { $0["conversation"] as String }.mapValues { $0.map { ChatThread($0) } }
  }

  func insert(_ conversation: ConversationState) throws {
    try insert(into: "conversation", conversation.columns)
  }

  func update(_ before: ConversationState, to after: ConversationState) throws {
    try update("conversation", before.columns, to: after.columns, where: "id = ?", [before.id])
  }

  func put(_ thread: ChatThread, of conversation: String) throws {
    try run(
      """
      INSERT INTO thread (conversation, channel, account, phone, user, last_customer_at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET phone = excluded.phone, user = excluded.user,
        last_customer_at = excluded.last_customer_at
      """,
      [
        conversation, thread.channel, thread.account, thread.phone, thread.user, thread.lastCustomerAt?.milliseconds,
      ])
  }

  func removeThreads(of conversation: String) throws {
    try run("DELETE FROM thread WHERE conversation = ?", [conversation])
  }

  func move(_ conversation: String, into other: String) throws {
    for table in ["message", "escalation", "outbox", "call"] {
      try run("UPDATE \(table) SET conversation = ? WHERE conversation = ?", [other, conversation])
    }
    try run("UPDATE conversation SET merged_into = ? WHERE merged_into = ?", [other, conversation])
  }
}
