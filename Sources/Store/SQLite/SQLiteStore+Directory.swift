// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import Foundation
import GRDB

extension SQLiteStore {
  public func conversation(_ id: String) async throws(StoreError) -> ConversationRecord? {
    try await read { db in try Self.conversation(id, db) }
  }

  public func conversation(
    with identities: [CustomerIdentity], name: String?, at now: Timestamp
  ) async throws(StoreError) -> ConversationRecord {
    let record = try await write { db -> ConversationRecord? in
      let customers = Customers(db: db, now: now)
      let customer = try customers.resolve(identities, name: name, at: now).customer
      return try Self.conversation(try customers.conversation(of: customer), db)
    }
    guard let record else { throw .failed("a conversation that was just made is not there") }
    return record
  }

  public func conversations(
    _ filter: ConversationFilter, before cursor: (updatedAt: Timestamp, id: String)?, limit: Int
  ) async throws(StoreError) -> [ConversationRecord] {
    var conditions = ""
    var arguments: StatementArguments = [cursor?.updatedAt.milliseconds ?? .max, cursor?.id ?? ""]
    if let owner = filter.owner {
      conditions += " AND owner = ?"
      arguments += [owner.rawValue]
    }
    if let person = filter.person {
      conditions += " AND person = ?"
      arguments += [person]
    }
    if let channel = filter.channel {
      conditions += """
         AND (EXISTS (SELECT 1 FROM thread WHERE thread.conversation = conversation.id AND channel = ?)
          OR ? = 'phone' AND EXISTS (SELECT 1 FROM call WHERE call.conversation = conversation.id))
        """
      arguments += [channel, channel]
    }
    if let tag = filter.tag {
      conditions += " AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)"
      arguments += [tag]
    }
    arguments += [limit]
    return try await read { [conditions, arguments] db in
      let rows = try db.rows(
        """
        SELECT id FROM conversation WHERE merged_into IS NULL AND (updated_at, id) < (?, ?)\(conditions)
        ORDER BY updated_at DESC, id DESC LIMIT ?
        """, arguments)
      return try rows.compactMap { try Self.conversation($0["id"], db) }
    }
  }

  public func messages(
    of conversation: String, before sequence: Int64?, limit: Int
  ) async throws(StoreError) -> [MessageRecord] {
    try await read { db in
      try db.rows(
        """
        SELECT \(MessageRecord.columns) FROM message WHERE conversation = ? AND sequence < ? AND state <> 'withdrawn'
        ORDER BY sequence DESC LIMIT ?
        """, [try Self.surviving(conversation, db), sequence ?? .max, limit]
      ).map { MessageRecord($0) }
    }
  }

  public func message(_ id: String) async throws(StoreError) -> MessageRecord? {
    try await read { db in
      try db.row("SELECT \(MessageRecord.columns) FROM message WHERE id = ?", [id]).map { MessageRecord($0) }
    }
  }

  public func message(channel: String, channelID: String) async throws(StoreError) -> MessageRecord? {
    try await read { db in
      try db.row(
        "SELECT \(MessageRecord.columns) FROM message WHERE channel = ? AND channel_id = ?", [channel, channelID]
      ).map { MessageRecord($0) }
    }
  }

  public func understood(
    message: String, text: String?, detail: String?, media: StoredMedia?, at now: Timestamp
  ) async throws(StoreError) {
    try await write { db in
      // What the customer has taken back meanwhile is not kept.
      try db.run(
        """
        UPDATE message SET text = coalesce(?, text), detail = coalesce(?, detail), media = coalesce(?, media)
        WHERE id = ? AND kind <> 'revoked'
        """, [text, detail, media?.id, message])
      if let media, db.changesCount > 0 { try Self.insert(media, at: now, db) }
    }
  }

  public func tag(_ conversation: String, _ tags: [String]) async throws(StoreError) {
    try await write { db in
      try db.run(
        "UPDATE conversation SET tags = ? WHERE id = ?", [Words.write(tags), try Self.surviving(conversation, db)])
    }
  }

  /// The conversation that this one was merged into, or itself. Merging points all earlier ones at the last, so that one
  /// step is enough.
  static func surviving(_ conversation: String, _ db: Database) throws -> String {
    try db.row("SELECT merged_into FROM conversation WHERE id = ?", [conversation])?["merged_into"] ?? conversation
  }

  static func conversation(_ id: String, _ db: Database) throws -> ConversationRecord? {
    let id = try surviving(id, db)
    guard let row = try db.row("SELECT * FROM conversation WHERE id = ?", [id]) else { return nil }
    let customer: String = row["customer"]
    let name = try String.fetchOne(
      db.cachedStatement(sql: "SELECT name FROM customer WHERE id = ?"), arguments: [customer])
    let identities = try db.rows(
      "SELECT kind, value FROM identity WHERE customer = ? AND until IS NULL ORDER BY since, kind", [customer]
    ).compactMap { row in
      CustomerIdentity.Kind(rawValue: row["kind"]).map { CustomerIdentity($0, row["value"]) }
    }
    let threads = try db.rows("SELECT * FROM thread WHERE conversation = ? ORDER BY channel, account", [id])
    return ConversationRecord(
      id: id, customer: Customer(id: customer, name: name, identities: identities),
      owner: ConversationOwner(rawValue: row["owner"]) ?? .queue, person: row["person"], epoch: row["epoch"],
      memory: row["memory"], watch: row["watch"], tags: Words.read(row["tags"]), createdAt: row.time("created_at"),
      updatedAt: row.time("updated_at"),
      threads: threads.map { ChatThread($0) })
  }
}
