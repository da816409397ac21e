import GRDB

extension MessageRecord {
  private static let names = [
    "sequence", "id", "conversation", "channel", "account", "author", "kind", "text", "detail", "media", "channel_id",
    "reply_to", "call", "sent_at", "state", "failure", "person",
  ]

  /// How many columns it has.
  static var width: Int { names.count }

  static let selection = names.joined(separator: ", ")

  /// Of rows of messages named `m` beside others.
  static let besideOthers = names.map { "m.\($0)" }.joined(separator: ", ")

  /// All but its place, which the table gives.
  var columns: Columns {
    [
      ("id", id), ("conversation", conversation), ("channel", channel), ("account", account),
      ("author", author.rawValue), ("person", person), ("kind", kind), ("text", text), ("detail", detail),
      ("media", media), ("channel_id", channelID), ("reply_to", replyTo), ("call", call),
      ("sent_at", sentAt.milliseconds), ("state", state.rawValue), ("failure", failure),
    ]
  }

  init(_ row: Row) {
    self.init(
      sequence: row["sequence"], id: row["id"], conversation: row["conversation"], channel: row["channel"],
      account: row["account"], author: MessageAuthor(rawValue: row["author"]) ?? .system, person: row["person"],
      kind: row["kind"], text: row["text"], detail: row["detail"], media: row["media"], channelID: row["channel_id"],
      replyTo: row["reply_to"], call: row["call"], sentAt: row.time("sent_at"),
      state: MessageState(rawValue: row["state"]) ?? .noted, failure: row["failure"])
  }
}

extension SQLiteRows {
  func message(_ id: String) throws -> MessageRecord? {
    try row("SELECT \(MessageRecord.selection) FROM message WHERE id = ?", [id]).map { MessageRecord($0) }
  }

  func message(channel: String, channelID: String) throws -> MessageRecord? {
    try row(
      "SELECT \(MessageRecord.selection) FROM message WHERE channel = ? AND channel_id = ?", [channel, channelID]
    ).map { MessageRecord($0) }
  }

  func messages(of conversation: String, before sequence: Int64?, limit: Int) throws -> [MessageRecord] {
    try rows(
      """
      SELECT \(MessageRecord.selection) FROM message
      WHERE conversation = ? AND sequence < ? AND state <> 'withdrawn' ORDER BY sequence DESC LIMIT ?
      """, [conversation, sequence ?? .max, limit]
    ).map { MessageRecord($0) }
  }

  func pendingMessages(in conversation: String, limit: Int) throws -> [MessageRecord] {
    try rows(
      """
      SELECT \(MessageRecord.selection) FROM message WHERE conversation = ? AND state = 'pending'
      ORDER BY sequence LIMIT ?
      """, [conversation, limit]
    ).map { MessageRecord($0) }
  }

  func pending(in conversation: String, limit: Int) throws -> [String] {
    try values(
      "SELECT id FROM message WHERE conversation = ? AND state = 'pending' ORDER BY sequence LIMIT ?",
      [conversation, limit])
  }

  func conversationsAwaitingAnswer() throws -> [String] {
    try values("SELECT DISTINCT conversation FROM message WHERE state = 'pending'")
  }

  func lastChannel(of conversation: String) throws -> String? {
    try value("SELECT channel FROM message WHERE conversation = ? ORDER BY sequence DESC LIMIT 1", [conversation])
  }

  func insert(_ message: MessageRecord, answer: String?, at now: Timestamp) throws -> MessageRecord {
    try insert(into: "message", message.columns + [("answer", answer), ("stored_at", now.milliseconds)])
    var message = message
    message.sequence = db.lastInsertedRowID
    return message
  }

  func update(_ before: MessageRecord, to after: MessageRecord) throws {
    try update("message", before.columns, to: after.columns, where: "id = ?", [before.id])
  }

  func settlePending(in conversation: String) throws {
    try run("UPDATE message SET state = 'noted' WHERE conversation = ? AND state = 'pending'", [conversation])
  }

  func markAnswered(_ messages: [String], by answer: String) throws {
    for id in messages {
      try run("UPDATE message SET state = 'answered', answer = ? WHERE id = ?", [answer, id])
    }
  }
}
