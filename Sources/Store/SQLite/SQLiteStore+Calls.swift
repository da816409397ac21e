// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func save(_ call: CallRecord) async throws(StoreError) {
    try await write { db in
      // The conversation may have become another's part while the call went on.
      let conversation = try call.conversation.map { try Self.surviving($0, db) }
      try db.run(
        """
        INSERT INTO call (\(CallRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET conversation = excluded.conversation, assistant = excluded.assistant,
          answered_at = excluded.answered_at, ended_at = excluded.ended_at, reason = excluded.reason,
          media = excluded.media, sip_call_id = excluded.sip_call_id
        """,
        [
          call.id, conversation, call.sipCallID, call.direction.rawValue, call.from, call.to, call.assistant,
          call.metadata, call.startedAt.milliseconds, call.answeredAt?.milliseconds, call.endedAt?.milliseconds,
          call.reason, call.media,
        ])
    }
  }

  public func call(_ id: String) async throws(StoreError) -> CallRecord? {
    try await read { db in
      try db.row("SELECT \(CallRecord.columns) FROM call WHERE id = ?", [id]).map { CallRecord($0) }
    }
  }

  public func calls(before id: String?, limit: Int) async throws(StoreError) -> [CallRecord] {
    // Names sort by time.
    try await read { db in
      try db.rows(
        "SELECT \(CallRecord.columns) FROM call WHERE id < coalesce(?, '~') ORDER BY id DESC LIMIT ?", [id, limit]
      ).map { CallRecord($0) }
    }
  }

  public func add(_ spoken: SpokenMessage) async throws(StoreError) {
    try await write { db in
      let conversation = try Self.surviving(spoken.conversation, db)
      guard try db.row("SELECT 1 FROM conversation WHERE id = ?", [conversation]) != nil else { return }
      try db.run(
        """
        INSERT INTO message (id, conversation, channel, author, kind, text, call, sent_at, stored_at, state)
        VALUES (?, ?, 'phone', ?, 'speech', ?, ?, ?, ?, ?)
        """,
        [
          RecordID.make("msg", at: spoken.at), conversation, spoken.author.rawValue, spoken.text, spoken.call,
          spoken.at.milliseconds, spoken.at.milliseconds,
          (spoken.author == .customer ? MessageState.answered : .noted).rawValue,
        ])
      try db.run(
        "UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?", [spoken.at.milliseconds, conversation])
    }
  }

  public func remember(_ memory: String?, in conversation: String) async throws(StoreError) {
    try await write { db in
      let conversation = try Self.surviving(conversation, db)
      try db.run("UPDATE conversation SET memory = ? WHERE id = ?", [memory, conversation])
      // Taking the last answer back would take this back, too.
      try db.run("DELETE FROM answer WHERE conversation = ?", [conversation])
    }
  }
}
