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
    before cursor: (updatedAt: Timestamp, id: String)?, limit: Int
  ) async throws(StoreError) -> [ConversationRecord] {
    try await read { db in
      let rows = try db.rows(
        """
        SELECT id FROM conversation WHERE merged_into IS NULL AND (updated_at, id) < (?, ?)
        ORDER BY updated_at DESC, id DESC LIMIT ?
        """, [cursor?.updatedAt.milliseconds ?? .max, cursor?.id ?? "", limit])
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

  public func assign(
    _ conversation: String, to owner: ConversationOwner, person: String?, ifEpoch epoch: Int64?, at now: Timestamp
  ) async throws(StoreError) -> Int64? {
    try await write { db in
      // An epoch is of the conversation that was named: it says nothing of the one that it became part of.
      let conversation = epoch == nil ? try Self.surviving(conversation, db) : conversation
      try db.run(
        """
        UPDATE conversation SET owner = ?, person = ?, epoch = epoch + 1, updated_at = ?
        WHERE id = ? AND merged_into IS NULL AND epoch = coalesce(?, epoch)
        """, [owner.rawValue, person, now.milliseconds, conversation, epoch])
      guard db.changesCount > 0 else { return nil }
      if owner != .assistant { try Self.leavePending(conversation, db) }
      switch owner {
      case .queue:
        try db.run(
          "UPDATE escalation SET state = 'waiting', person = NULL WHERE conversation = ? AND state = 'claimed'",
          [conversation])
      case .person:
        try db.run(
          "UPDATE escalation SET state = 'claimed', person = ? WHERE conversation = ? AND state <> 'resolved'",
          [person, conversation])
      case .assistant:
        try db.run("UPDATE escalation SET state = 'resolved' WHERE conversation = ?", [conversation])
      }
      return try Int64.fetchOne(
        db, sql: "SELECT epoch FROM conversation WHERE id = ?", arguments: [conversation])
    }
  }

  public func escalations(
    _ state: EscalationRecord.State?, limit: Int
  ) async throws(StoreError) -> [EscalationRecord] {
    try await read { db in
      let rows =
        if let state {
          try db.rows(
            "SELECT * FROM escalation WHERE state = ? ORDER BY created_at, id LIMIT ?", [state.rawValue, limit])
        } else {
          try db.rows("SELECT * FROM escalation ORDER BY created_at, id LIMIT ?", [limit])
        }
      return rows.map { EscalationRecord($0) }
    }
  }

  public func escalate(
    _ conversation: String, _ escalation: NewEscalation, at now: Timestamp
  ) async throws(StoreError) -> EscalationRecord? {
    try await write { db in try Self.escalate(conversation, escalation, at: now, db) }
  }

  /// Notes the wish and gives the conversation to the queue, unless a person is wanted or there already.
  static func escalate(
    _ conversation: String, _ escalation: NewEscalation, at now: Timestamp, _ db: Database
  ) throws -> EscalationRecord? {
    let conversation = try surviving(conversation, db)
    try db.run(
      "UPDATE conversation SET owner = 'queue', epoch = epoch + 1, updated_at = ? WHERE id = ? AND owner = 'assistant'",
      [now.milliseconds, conversation])
    guard db.changesCount > 0 else { return nil }
    try leavePending(conversation, db)
    let record = EscalationRecord(
      id: RecordID.make("esc", at: now), conversation: conversation, reason: escalation.reason,
      channel: escalation.channel, state: .waiting, person: nil, createdAt: now)
    try db.run(
      "INSERT INTO escalation (id, conversation, reason, channel, state, created_at) VALUES (?, ?, ?, ?, 'waiting', ?)",
      [record.id, conversation, escalation.reason, escalation.channel, now.milliseconds])
    return record
  }

  /// A person reads what has come; the assistant has nothing left to answer.
  private static func leavePending(_ conversation: String, _ db: Database) throws {
    try db.run("UPDATE message SET state = 'noted' WHERE conversation = ? AND state = 'pending'", [conversation])
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
      memory: row["memory"], createdAt: row.time("created_at"), updatedAt: row.time("updated_at"),
      threads: threads.map { ChatThread($0) })
  }
}
