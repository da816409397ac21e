import GRDB

/// Takes in what channels tell, within one transaction. What is known already changes nothing.
struct UpdateWriter {
  let db: Database
  let now: Timestamp

  func apply(_ update: ChannelUpdate) throws -> [UpdateOutcome] {
    switch update {
    case .message(let message): return try receive(message)
    case .status(let report): return try note(report)
    case .identityChanged(let channel, let old, let new, let time):
      return try Customers(db: db, now: now).rename(old, to: new, on: channel, at: time)
        .map { .merged(conversation: $0.from, into: $0.into) }
    case .edited(let channel, let message, let text):
      if try !edit(channel, message, text) { try keep(channel, message, text) }
      let row = try db.row(
        "SELECT id, conversation FROM message WHERE channel = ? AND channel_id = ? AND state = 'pending'",
        [channel, message])
      return [row.map { .changed(message: $0["id"], conversation: $0["conversation"]) } ?? .known]
    case .revoked(let channel, let message):
      if try !revoke(channel, message) { try keep(channel, message, nil) }
      return [.known]
    }
  }

  private func receive(_ message: IncomingMessage) throws -> [UpdateOutcome] {
    let stored = try db.row(
      "SELECT 1 FROM message WHERE channel = ? AND channel_id = ?", [message.channel, message.channelID])
    guard stored == nil, !message.identities.isEmpty else { return [.known] }
    let customers = Customers(db: db, now: now)
    let known = try customers.resolve(message.identities, name: message.name, at: message.sentAt)
    let conversation = try customers.conversation(of: known.customer)
    let owner = try String.fetchOne(
      db.cachedStatement(sql: "SELECT owner FROM conversation WHERE id = ?"), arguments: [conversation])
    let waits = message.wantsAnswer && owner == ConversationOwner.assistant.rawValue
    let id = RecordID.make("msg", at: now)
    try db.run(
      """
      INSERT INTO message (id, conversation, channel, account, author, kind, text, detail, channel_id, reply_to, sent_at,
        stored_at, state) VALUES (?, ?, ?, ?, 'customer', ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        id, conversation, message.channel, message.account, message.kind, message.text, message.detail,
        message.channelID, message.replyTo, message.sentAt.milliseconds, now.milliseconds,
        (waits ? MessageState.pending : .noted).rawValue,
      ])
    let wasRevoked = try applyEarlyChange(to: message)
    try db.run(
      "UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?", [now.milliseconds, conversation])
    try openWindow(message, of: known.current, in: conversation)
    return known.merged.map { .merged(conversation: $0.from, into: $0.into) }
      + [.received(message: id, conversation: conversation, wantsAnswer: waits && !wasRevoked)]
  }

  /// A customer's message opens the customer service window: what was held back may go.
  private func openWindow(_ message: IncomingMessage, of names: [CustomerIdentity], in conversation: String) throws {
    // Of the message's names only those that are the customer's still: nothing is sent to a number that was given up.
    let phone = names.first { $0.kind == .phone }?.value
    let user = names.first { $0.kind == .whatsappUser }?.value
    try db.run(
      """
      INSERT INTO thread (conversation, channel, account, phone, user, last_customer_at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET phone = coalesce(excluded.phone, phone), user = coalesce(excluded.user, user),
        last_customer_at = max(coalesce(last_customer_at, 0), excluded.last_customer_at)
      """, [conversation, message.channel, message.account, phone, user, min(message.sentAt, now).milliseconds])
    try db.run(
      """
      UPDATE outbox SET state = 'queued', due_at = ?
      WHERE conversation = ? AND channel = ? AND account = ? AND state = 'held'
      """, [now.milliseconds, conversation, message.channel, message.account])
  }

  private func note(_ report: StatusReport) throws -> [UpdateOutcome] {
    guard report.state.isReported else { return [.known] }
    let columns = "SELECT id, conversation, state, channel_id FROM message"
    let row: Row?
    if let key = report.key {
      row = try db.row("\(columns) WHERE id = ? AND channel = ? AND author <> 'customer'", [key, report.channel])
    } else {
      row = try db.row(
        "\(columns) WHERE channel = ? AND channel_id = ? AND author <> 'customer'", [report.channel, report.channelID])
    }
    guard let row, let state = MessageState(rawValue: row["state"]) else { return [.known] }
    let id: String = row["id"]
    // A report about an earlier attempt, whose message was sent anew since, says nothing of this one.
    let current: String? = row["channel_id"]
    if let current, current != report.channelID { return [.known] }
    if current == nil {
      // The failure that had it sent anew comes again, as all deliveries may.
      let isFormer = try db.row(
        "SELECT 1 FROM message_status WHERE message = ? AND state = 'resent' AND channel_id = ?",
        [id, report.channelID])
      guard isFormer == nil else { return [.known] }
      // The channel has it although its answer never reached us: it must not be sent again, even if it is about to be.
      // An id that another message has already can't be this one's; the rest of the report still counts.
      try db.run("UPDATE OR IGNORE message SET channel_id = ? WHERE id = ?", [report.channelID, id])
      try db.run("DELETE FROM outbox WHERE key = ?", [id])
    }
    try db.run(
      "INSERT INTO message_status (message, state, at, code) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [id, report.state.rawValue, report.at.milliseconds, report.code])
    guard state.advances(to: report.state) else { return [.known] }
    try db.run(
      "UPDATE message SET state = ?, failure = ? WHERE id = ?", [report.state.rawValue, report.failure, id])
    return [.status(message: id, conversation: row["conversation"], report.state, code: report.code)]
  }
}

extension MessageState {
  /// Whether a channel can report it.
  fileprivate var isReported: Bool { self == .failed || (progress ?? 0) > 0 }
}
