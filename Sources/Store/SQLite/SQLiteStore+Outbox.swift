// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  /// What may be sent on an account as far as its conversation is concerned. An uncertain item whose time is over counts
  /// as not taken: its channel would have reported it by now, and the report is not among what came until then and still
  /// has to be read.
  private static let firstOfEach = """
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

  public func due(
    channel: String, account: String, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [OutboxItem] {
    try await read { db in
      try db.rows(
        "SELECT \(OutboxItem.columns) \(Self.firstOfEach) AND due_at <= ? ORDER BY due_at, position LIMIT ?",
        [channel, account, now.milliseconds, limit]
      ).map { OutboxItem($0) }
    }
  }

  public func nextDue(channel: String, account: String) async throws(StoreError) -> Timestamp? {
    try await read { db in
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT min(due_at) \(Self.firstOfEach)"), arguments: [channel, account]
      ).map { Timestamp(milliseconds: $0) }
    }
  }

  public func beginSending(_ keys: [String], at now: Timestamp) async throws(StoreError) -> Set<String> {
    guard !keys.isEmpty else { return [] }
    return try await write { db in
      var begun: Set<String> = []
      for key in keys {
        try db.run(
          "UPDATE outbox SET state = 'sending' WHERE key = ? AND state IN ('queued', 'uncertain') AND due_at <= ?",
          [key, now.milliseconds])
        if db.changesCount > 0 { begun.insert(key) }
      }
      return begun
    }
  }

  public func finishSending(
    _ key: String, _ outcome: SendOutcome, at now: Timestamp
  ) async throws(StoreError) {
    try await write { db in
      // A report may have come first and closed the item: then it is known what became of it.
      guard try db.row("SELECT 1 FROM outbox WHERE key = ?", [key]) != nil else { return }
      switch outcome {
      case .sent(let channelID):
        // An id that another message has already is the channel's mistake; sending again would not mend it.
        try db.run("UPDATE OR IGNORE message SET channel_id = ? WHERE id = ?", [channelID, key])
        try db.run("UPDATE message SET state = 'sent', failure = NULL WHERE id = ? AND state = 'queued'", [key])
        try db.run("DELETE FROM outbox WHERE key = ?", [key])
      case .retry(let time, let counts, let reason):
        try db.run(
          "UPDATE outbox SET state = 'queued', due_at = ?, attempts = attempts + ? WHERE key = ?",
          [time.milliseconds, counts ? 1 : 0, key])
        try db.run("UPDATE message SET failure = ? WHERE id = ?", [reason, key])
      case .uncertain(let time):
        try db.run(
          "UPDATE outbox SET state = 'uncertain', due_at = ?, attempts = attempts + 1 WHERE key = ?",
          [time.milliseconds, key])
      case .held(let reason):
        try db.run("UPDATE outbox SET state = 'held' WHERE key = ?", [key])
        try db.run("UPDATE message SET failure = ? WHERE id = ?", [reason, key])
      case .failed(let code, let reason):
        try db.run("DELETE FROM outbox WHERE key = ?", [key])
        try db.run("UPDATE message SET state = 'failed', failure = ? WHERE id = ?", [reason, key])
        try db.run(
          """
          INSERT INTO message_status (message, state, at, code) VALUES (?, 'failed', ?, ?) ON CONFLICT DO NOTHING
          """, [key, now.milliseconds, code])
      case .replaced(let payload, let kind, let reason):
        try db.run(
          """
          UPDATE outbox SET state = 'queued', due_at = ?, payload = ?, media = NULL, attempts = attempts + 1
          WHERE key = ?
          """, [now.milliseconds, payload, key])
        try db.run("UPDATE message SET kind = ?, failure = ? WHERE id = ?", [kind, reason, key])
      }
    }
  }

  public func resend(
    _ key: String, payload: String, isHeld: Bool, notBefore time: Timestamp
  ) async throws(StoreError) -> Bool {
    try await write { db in
      guard
        let row = try db.row(
          """
          SELECT m.conversation, m.channel, m.account, m.media, m.reply_to, m.channel_id, t.phone, t.user FROM message m
          JOIN thread t ON t.conversation = m.conversation AND t.channel = m.channel AND t.account = m.account
          WHERE m.id = ? AND m.state = 'failed'
          """, [key])
      else { return false }
      try db.run(
        """
        INSERT INTO message_status (message, state, at, channel_id) VALUES (?, 'resent', ?, ?) ON CONFLICT DO NOTHING
        """, [key, time.milliseconds, row["channel_id"] as String?])
      guard db.changesCount > 0 else { return false }
      try db.run(
        """
        INSERT INTO outbox (key, conversation, channel, account, phone, user, payload, media, reply_to, state, due_at,
          attempts)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
        """,
        [
          key, row["conversation"], row["channel"], row["account"], row["phone"], row["user"], payload, row["media"],
          row["reply_to"], (isHeld ? OutboxItem.State.held : .queued).rawValue, time.milliseconds,
        ])
      try db.run("UPDATE message SET state = 'queued', channel_id = NULL WHERE id = ?", [key])
      return true
    }
  }

  public func recover(uncertainUntil time: Timestamp) async throws(StoreError) {
    try await write { db in
      // While nobody listened, no report could come: what was uncertain before waits anew, too.
      try db.run(
        """
        UPDATE outbox SET due_at = max(due_at, ?), attempts = attempts + (state = 'sending'), state = 'uncertain'
        WHERE state IN ('sending', 'uncertain')
        """, [time.milliseconds])
      // No answer is taken back any more: nobody remembers its conversation.
      try db.run("DELETE FROM answer")
    }
  }
}
