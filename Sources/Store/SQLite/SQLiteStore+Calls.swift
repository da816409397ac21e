// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func save(_ call: CallRecord) async throws(StoreError) {
    try await write { db in try Self.save(call, db) }
  }

  static func save(_ call: CallRecord, _ db: Database) throws {
    // The conversation may have become another's part while the call went on.
    let conversation = try call.conversation.map { try Self.surviving($0, db) }
    try db.run(
      """
      INSERT INTO call (\(CallRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET conversation = excluded.conversation, assistant = excluded.assistant,
        answered_at = excluded.answered_at, ended_at = excluded.ended_at, reason = excluded.reason,
        media = excluded.media, sip_call_id = excluded.sip_call_id,
        recording = coalesce(excluded.recording, recording),
        recording_seconds = coalesce(excluded.recording_seconds, recording_seconds)
      """,
      [
        call.id, conversation, call.sipCallID, call.direction.rawValue, call.from, call.to, call.assistant,
        call.metadata, call.startedAt.milliseconds, call.answeredAt?.milliseconds, call.endedAt?.milliseconds,
        call.reason, call.media, call.recording, call.recordingSeconds,
      ])
  }

  public func call(_ id: String) async throws(StoreError) -> CallRecord? {
    try await read { db in
      try db.row("SELECT \(CallRecord.columns) FROM call WHERE id = ?", [id]).map { CallRecord($0) }
    }
  }

  public func calls(
    of conversation: String?, before id: String?, limit: Int
  ) async throws(StoreError) -> [CallRecord] {
    // Names sort by time.
    try await read { db in
      guard let conversation else {
        return try db.rows(
          "SELECT \(CallRecord.columns) FROM call WHERE id < coalesce(?, '~') ORDER BY id DESC LIMIT ?", [id, limit]
        ).map { CallRecord($0) }
      }
      return try db.rows(
        """
        SELECT \(CallRecord.columns) FROM call WHERE conversation = ? AND id < coalesce(?, '~')
        ORDER BY id DESC LIMIT ?
        """, [try Self.surviving(conversation, db), id, limit]
      ).map { CallRecord($0) }
    }
  }

  public func add(_ spoken: SpokenMessage) async throws(StoreError) {
    try await write { db in
      let conversation = try Self.surviving(spoken.conversation, db)
      guard try db.row("SELECT 1 FROM conversation WHERE id = ?", [conversation]) != nil else { return }
      try db.run(
        """
        INSERT INTO message (id, conversation, channel, author, person, kind, text, call, sent_at, stored_at, state)
        VALUES (?, ?, 'phone', ?, ?, 'speech', ?, ?, ?, ?, ?)
        """,
        [
          RecordID.make("msg", at: spoken.at), conversation, spoken.author.rawValue, spoken.person, spoken.text,
          spoken.call, spoken.at.milliseconds, spoken.at.milliseconds,
          (spoken.author == .customer ? MessageState.answered : .noted).rawValue,
        ])
      try db.run(
        "UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?", [spoken.at.milliseconds, conversation])
      if spoken.author == .person { try Self.noteReply(conversation, at: spoken.at, db) }
    }
  }

  public func note(
    _ text: String, kind: String, by person: String?, in conversation: String, at now: Timestamp
  ) async throws(StoreError) {
    try await write { db in
      let conversation = try Self.surviving(conversation, db)
      guard try db.row("SELECT 1 FROM conversation WHERE id = ?", [conversation]) != nil else { return }
      try db.run(
        """
        INSERT INTO message (id, conversation, channel, author, kind, text, sent_at, stored_at, state, person)
        VALUES (?, ?, 'console', 'system', ?, ?, ?, ?, 'noted', ?)
        """,
        [RecordID.make("msg", at: now), conversation, kind, text, now.milliseconds, now.milliseconds, person])
    }
  }

  public func remember(_ memory: String?, watch: String?, in conversation: String) async throws(StoreError) {
    try await write { db in
      let conversation = try Self.surviving(conversation, db)
      try db.run(
        "UPDATE conversation SET memory = ?, watch = coalesce(?, watch) WHERE id = ?", [memory, watch, conversation])
      // Taking the last answer back would take this back, too.
      try db.run("DELETE FROM answer WHERE conversation = ?", [conversation])
    }
  }

  public func add(turn: TurnRecord) async throws(StoreError) {
    try await write { db in
      try db.run(
        """
        INSERT INTO turn (call, turn, at, steps) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET at = excluded.at, steps = excluded.steps
        """, [turn.call, turn.turn, turn.at.milliseconds, turn.steps])
    }
  }

  public func turns(of call: String) async throws(StoreError) -> [TurnRecord] {
    try await read { db in
      try db.rows("SELECT * FROM turn WHERE call = ? ORDER BY turn", [call]).map { TurnRecord($0) }
    }
  }

  public func turns(since time: Timestamp, limit: Int) async throws(StoreError) -> [TurnRecord] {
    try await read { db in
      try db.rows(
        "SELECT * FROM turn WHERE at >= ? ORDER BY at DESC, call DESC, turn DESC LIMIT ?", [time.milliseconds, limit]
      ).map { TurnRecord($0) }
    }
  }
}
