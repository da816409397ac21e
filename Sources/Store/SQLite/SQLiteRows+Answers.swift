import GRDB

// What belongs to a message beside itself: what was done to it before it came, what was noted of it, and the answer that it
// is a part of.

extension MessageMark {
  private static let resent = "resent"

  fileprivate var columns: Columns {
    let word =
      switch kind {
      case .state(let state): state.rawValue
      case .resent: Self.resent
      }
    return [
      ("message", message), ("state", word), ("at", at.milliseconds), ("code", code), ("channel_id", channelID),
    ]
  }

  /// Nil for a mark that this version does not know.
  fileprivate init?(_ row: Row) {
    let word: String = row["state"]
    guard let kind = word == Self.resent ? .resent : MessageState(rawValue: word).map({ Kind.state($0) }) else {
      return nil
    }
    self.init(row["message"], kind, at: row.time("at"), code: row["code"], channelID: row["channel_id"])
  }
}

extension SQLiteRows {
  // MARK: Early changes

  func arrival(channel: String, channelID: String) throws -> (isKnown: Bool, early: EarlyChange?) {
    guard
      let row = try row(
        """
        SELECT EXISTS (SELECT 1 FROM message WHERE channel = ?1 AND channel_id = ?2) AS is_known,
          EXISTS (SELECT 1 FROM early_change WHERE channel = ?1 AND channel_id = ?2) AS is_changed,
          (SELECT text FROM early_change WHERE channel = ?1 AND channel_id = ?2) AS text
        """, [channel, channelID])
    else { return (false, nil) }
    let text: String? = row["text"]
    return (row["is_known"], row["is_changed"] ? text.map { .edited($0) } ?? .revoked : nil)
  }

  func keep(_ change: EarlyChange, channel: String, channelID: String, at now: Timestamp) throws {
    let text: String? = if case .edited(let text) = change { text } else { nil }
    try run(
      """
      INSERT INTO early_change (channel, channel_id, text, at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET text = excluded.text
      """, [channel, channelID, text, now.milliseconds])
  }

  func removeEarlyChange(channel: String, channelID: String) throws {
    try run("DELETE FROM early_change WHERE channel = ? AND channel_id = ?", [channel, channelID])
  }

  // MARK: Marks

  func marks(of message: String) throws -> [MessageMark] {
    try rows("SELECT * FROM message_status WHERE message = ?", [message]).compactMap { MessageMark($0) }
  }

  func note(_ mark: MessageMark) throws {
    try insert(into: "message_status", mark.columns, or: "ON CONFLICT DO NOTHING")
  }

  // MARK: Answers

  func answerNote(_ id: String) throws -> AnswerNote? {
    try row("SELECT * FROM answer WHERE id = ?", [id]).map { row in
      AnswerNote(
        id: row["id"], conversation: row["conversation"], previousMemory: row["previous_memory"],
        previousWatch: row["previous_watch"], epoch: row["epoch"])
    }
  }

  func messages(ofAnswer answer: String) throws -> [(message: MessageRecord, item: OutboxItem?)] {
    let messages = try rows(
      "SELECT \(MessageRecord.selection) FROM message WHERE answer = ? ORDER BY sequence", [answer]
    ).map { MessageRecord($0) }
    let found = try items(messages.filter { $0.author != .customer }.map(\.id))
    let items = Dictionary(found.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    return messages.map { ($0, items[$0.id]) }
  }

  func release(messagesOf answer: String) throws {
    try run("UPDATE message SET answer = NULL WHERE answer = ?", [answer])
  }

  func insert(_ note: AnswerNote) throws {
    try insert(
      into: "answer",
      [
        ("id", note.id), ("conversation", note.conversation), ("previous_memory", note.previousMemory),
        ("previous_watch", note.previousWatch), ("epoch", note.epoch),
      ])
  }

  func removeAnswerNotes(of conversations: [String]) throws {
    for conversation in conversations { try run("DELETE FROM answer WHERE conversation = ?", [conversation]) }
  }

  func removeAnswerNotes() throws { try run("DELETE FROM answer") }
}
