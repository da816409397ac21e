// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

// Who has a conversation. Its owner, its epoch and its wish for a person change in one step, and only here and where
// customers are put together.
extension SQLiteStore {
  public func assign(
    _ conversation: String, to owner: ConversationOwner, person: String?, ifEpoch epoch: Int64?, at now: Timestamp
  ) async throws(StoreError) -> Int64? {
    try await write { db in
      // An epoch is of the conversation that was named: it says nothing of the one that it became part of.
      let conversation = epoch == nil ? try Self.surviving(conversation, db) : conversation
      guard try Self.give(conversation, to: owner, person, ifEpoch: epoch, at: now, db) else { return nil }
      switch owner {
      case .queue: try Self.wait(conversation, at: now, db)
      case .person: try Self.take(conversation, by: person, at: now, db)
      case .assistant: try Self.close(conversation, at: now, db)
      }
      return try Self.epoch(of: conversation, db)
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
    guard try give(conversation, to: .queue, nil, from: .assistant, at: now, db) else { return nil }
    return try self.escalation(try insert(escalation, in: conversation, at: now, db), db)
  }

  /// Changes the owner, if it is `from` (any if nil) and the epoch is still `epoch` (any if nil).
  static func give(
    _ conversation: String, to owner: ConversationOwner, _ person: String?, from: ConversationOwner? = nil,
    ifEpoch epoch: Int64? = nil, at now: Timestamp, _ db: Database
  ) throws -> Bool {
    try db.run(
      """
      UPDATE conversation SET owner = ?, person = ?, epoch = epoch + 1, updated_at = max(updated_at, ?)
      WHERE id = ? AND merged_into IS NULL AND epoch = coalesce(?, epoch) AND owner = coalesce(?, owner)
      """, [owner.rawValue, person, now.milliseconds, conversation, epoch, from?.rawValue])
    guard db.changesCount > 0 else { return false }
    // A person reads what has come; the assistant has nothing left to answer.
    if owner != .assistant {
      try db.run("UPDATE message SET state = 'noted' WHERE conversation = ? AND state = 'pending'", [conversation])
    }
    if owner == .person { try withdrawAssistant(conversation, db) }
    return true
  }

  /// A person speaks from now on: what the assistant said and no request was made for yet is not said any more.
  private static func withdrawAssistant(_ conversation: String, _ db: Database) throws {
    let unsent = try db.rows(
      """
      SELECT o.key FROM outbox o JOIN message m ON m.id = o.key
      WHERE o.conversation = ? AND m.author = 'assistant' AND o.state IN ('queued', 'held')
      """, [conversation])
    for row in unsent {
      let key: String = row["key"]
      try db.run("DELETE FROM outbox WHERE key = ?", [key])
      try db.run("UPDATE message SET state = 'withdrawn' WHERE id = ?", [key])
    }
  }

  static func epoch(of conversation: String, _ db: Database) throws -> Int64 {
    try db.row("SELECT epoch FROM conversation WHERE id = ?", [conversation])?["epoch"] ?? 0
  }

  /// The wish of a conversation is `person`'s from now on.
  static func take(_ conversation: String, by person: String?, at now: Timestamp, _ db: Database) throws {
    try db.run(
      """
      UPDATE escalation SET claimed_at = CASE WHEN state = 'claimed' AND person IS ? THEN claimed_at ELSE ? END,
        state = 'claimed', person = ?, offered_to = NULL, offer_ends_at = NULL
      WHERE conversation = ? AND state IN ('waiting', 'offered', 'claimed')
      """, [person, now.milliseconds, person, conversation])
  }

  /// The wish of a conversation waits again. One is made if there is none: nobody would see the conversation otherwise.
  private static func wait(_ conversation: String, at now: Timestamp, _ db: Database) throws {
    try db.run(
      """
      UPDATE escalation SET state = 'waiting', person = NULL, claimed_at = NULL
      WHERE conversation = ? AND state = 'claimed'
      """, [conversation])
    let open = try db.row(
      "SELECT 1 FROM escalation WHERE conversation = ? AND state IN ('waiting', 'offered')", [conversation])
    guard open == nil else { return }
    let channel: String? = try db.row(
      "SELECT channel FROM message WHERE conversation = ? ORDER BY sequence DESC LIMIT 1", [conversation])?["channel"]
    let wish = NewEscalation(reason: "given back to the queue", channel: channel ?? "phone")
    _ = try insert(wish, in: conversation, at: now, db)
  }

  /// No person is wanted any more.
  static func close(_ conversation: String, at now: Timestamp, _ db: Database) throws {
    try db.run(
      """
      UPDATE escalation SET \(resolved) WHERE conversation = ? AND state IN ('waiting', 'offered', 'claimed')
      """, [now.milliseconds, now.milliseconds, conversation])
  }

  /// What is set when a wish is done: twice the time is wanted.
  static let resolved = """
    state = 'resolved', offered_to = NULL, offer_ends_at = NULL,
    missed_sla = missed_sla OR (first_reply_at IS NULL AND coalesce(due_at, \(Int64.max)) < ?), resolved_at = ?
    """

  /// Stores a wish that waits. Returns its name.
  private static func insert(
    _ wish: NewEscalation, in conversation: String, at now: Timestamp, _ db: Database
  ) throws -> String {
    let id = RecordID.make("esc", at: now)
    try db.run(
      """
      INSERT INTO escalation (id, conversation, kind, reason, channel, priority, skills, call, evidence, package, due_at,
        state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)
      """,
      [
        id, conversation, wish.kind, wish.reason, wish.channel, wish.priority, Words.write(wish.skills), wish.call,
        wish.evidence, wish.package, wish.dueAt?.milliseconds, now.milliseconds,
      ])
    return id
  }
}
