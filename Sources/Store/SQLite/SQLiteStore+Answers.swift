// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  /// Messages of a customer that one answer covers at most: whoever floods us is answered in portions.
  private static let largestQuestion = 200

  public func conversationsAwaitingAnswer() async throws(StoreError) -> [String] {
    try await read { db in
      try String.fetchAll(db, sql: "SELECT DISTINCT conversation FROM message WHERE state = 'pending'")
    }
  }

  public func pendingMessages(in conversation: String) async throws(StoreError) -> [MessageRecord] {
    try await read { db in
      try db.rows(
        """
        SELECT \(MessageRecord.columns) FROM message WHERE conversation = ? AND state = 'pending' ORDER BY sequence
        LIMIT \(Self.largestQuestion)
        """, [try Self.surviving(conversation, db)]
      ).map { MessageRecord($0) }
    }
  }

  public func commit(_ answer: Answer, at now: Timestamp) async throws(StoreError) -> AnswerOutcome {
    try await write { db in
      guard
        let row = try db.row(
          "SELECT owner, epoch, memory, watch FROM conversation WHERE id = ? AND merged_into IS NULL",
          [answer.conversation]),
        row["owner"] as String == ConversationOwner.assistant.rawValue, row["epoch"] as Int64 == answer.epoch
      else { return .obsolete }
      let pending = Set(
        try db.rows(
          """
          SELECT id FROM message WHERE conversation = ? AND state = 'pending' ORDER BY sequence
          LIMIT \(Self.largestQuestion)
          """, [answer.conversation]
        ).map { $0["id"] as String })
      let answered = Set(answer.answered)
      guard pending.isSuperset(of: answered) else { return pending.isEmpty ? .obsolete : .superseded }
      guard answer.allowsMore || pending.count == answered.count else { return .superseded }
      // An answer that another has followed can't be taken back any more.
      try db.run("DELETE FROM answer WHERE conversation = ?", [answer.conversation])
      try db.run(
        "INSERT INTO answer (id, conversation, previous_memory, previous_watch, epoch) VALUES (?, ?, ?, ?, ?)",
        [answer.id, answer.conversation, row["memory"] as String?, row["watch"] as String?, answer.epoch])
      for message in answer.messages {
        try Self.enqueue(message, in: answer.conversation, answer: answer.id, at: now, db)
      }
      for id in answered {
        try db.run("UPDATE message SET state = 'answered', answer = ? WHERE id = ?", [answer.id, id])
      }
      try db.run(
        """
        UPDATE conversation SET memory = coalesce(?, memory), watch = coalesce(?, watch), updated_at = ? WHERE id = ?
        """, [answer.memory, answer.watch, now.milliseconds, answer.conversation])
      if let escalation = answer.escalation {
        _ = try Self.escalate(answer.conversation, escalation, at: now, db)
      }
      return .committed
    }
  }

  public func withdraw(_ answer: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      guard
        let row = try db.row(
          "SELECT conversation, previous_memory, previous_watch, epoch FROM answer WHERE id = ?", [answer])
      else { return false }
      let conversation: String = row["conversation"]
      let sentOrTried = try db.row(
        """
        SELECT 1 FROM message m LEFT JOIN outbox o ON o.key = m.id
        WHERE m.answer = ? AND m.author <> 'customer' AND (o.key IS NULL OR o.state <> 'queued' OR o.attempts > 0)
        """, [answer])
      let isSameEpoch = try db.row(
        "SELECT 1 FROM conversation WHERE id = ? AND owner = 'assistant' AND epoch = ?",
        [conversation, row["epoch"] as Int64])
      guard sentOrTried == nil, isSameEpoch != nil else { return false }
      try db.run("DELETE FROM outbox WHERE answer = ?", [answer])
      try db.run(
        "UPDATE message SET state = 'withdrawn', answer = NULL WHERE answer = ? AND author <> 'customer'", [answer])
      try db.run(
        """
        UPDATE message SET state = CASE WHEN kind = 'revoked' THEN 'noted' ELSE 'pending' END, answer = NULL
        WHERE answer = ?
        """, [answer])
      try db.run(
        "UPDATE conversation SET memory = ?, watch = ? WHERE id = ?",
        [row["previous_memory"] as String?, row["previous_watch"] as String?, conversation])
      try db.run("DELETE FROM answer WHERE id = ?", [answer])
      return true
    }
  }

  public func enqueue(
    _ message: OutgoingMessage, in conversation: String, at now: Timestamp
  ) async throws(StoreError) {
    try await write { db in
      let conversation = try Self.surviving(conversation, db)
      try Self.enqueue(message, in: conversation, answer: nil, at: now, db)
      try db.run("UPDATE conversation SET updated_at = ? WHERE id = ?", [now.milliseconds, conversation])
    }
  }

  static func enqueue(
    _ message: OutgoingMessage, in conversation: String, answer: String?, at now: Timestamp, _ db: Database
  ) throws {
    let thread = message.thread
    if let media = message.media { try insert(media, at: now, db) }
    try db.run(
      """
      INSERT INTO message (id, conversation, channel, account, author, person, kind, text, detail, media, reply_to,
        answer, sent_at, stored_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued')
      """,
      [
        message.key, conversation, thread.channel, thread.account, message.author.rawValue, message.person,
        message.kind, message.text, message.payload, message.media?.id, message.replyTo, answer, now.milliseconds,
        now.milliseconds,
      ])
    try db.run(
      """
      INSERT INTO outbox (key, conversation, channel, account, phone, user, payload, media, reply_to, answer, state,
        due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)
      """,
      [
        message.key, conversation, thread.channel, thread.account, thread.phone, thread.user, message.payload,
        message.media?.id, message.replyTo, answer, now.milliseconds,
      ])
    if message.author == .person { try noteReply(conversation, at: now, db) }
  }
}
