import Foundation
import GRDB

// Rows to records. A word that a later version wrote and this one does not know becomes the harmless one.

extension MessageRecord {
  static let columns = """
    sequence, id, conversation, channel, account, author, kind, text, detail, media, channel_id, reply_to, call, sent_at,
    state, failure, person
    """

  init(_ row: Row) {
    self.init(
      sequence: row["sequence"], id: row["id"], conversation: row["conversation"], channel: row["channel"],
      account: row["account"], author: MessageAuthor(rawValue: row["author"]) ?? .system, person: row["person"],
      kind: row["kind"], text: row["text"], detail: row["detail"], media: row["media"], channelID: row["channel_id"],
      replyTo: row["reply_to"], call: row["call"], sentAt: row.time("sent_at"),
      state: MessageState(rawValue: row["state"]) ?? .noted, failure: row["failure"])
  }
}

extension OutboxItem {
  /// Of a row of the outbox named `o`.
  static let columns = """
    key, conversation, channel, account, phone, user, payload, media, reply_to, state, attempts, due_at,
    (SELECT last_customer_at FROM thread t WHERE t.conversation = o.conversation AND t.channel = o.channel
      AND t.account = o.account) AS last_customer_at
    """

  init(_ row: Row) {
    self.init(
      key: row["key"], conversation: row["conversation"],
      thread: ChatThread(row), payload: row["payload"], media: row["media"], replyTo: row["reply_to"],
      state: State(rawValue: row["state"]) ?? .held, attempts: row["attempts"], dueAt: row.time("due_at"))
  }
}

extension ChatThread {
  init(_ row: Row) {
    self.init(
      channel: row["channel"], account: row["account"], phone: row["phone"], user: row["user"],
      lastCustomerAt: row.timeIfAny("last_customer_at"))
  }
}

extension CallRecord {
  static let columns = """
    id, conversation, sip_call_id, direction, caller, called, assistant, metadata, started_at, answered_at, ended_at,
    reason, media, recording, recording_seconds
    """

  init(_ row: Row) {
    self.init(
      id: row["id"], conversation: row["conversation"], sipCallID: row["sip_call_id"],
      direction: Direction(rawValue: row["direction"]) ?? .inbound, from: row["caller"], to: row["called"],
      assistant: row["assistant"], metadata: row["metadata"], startedAt: row.time("started_at"),
      answeredAt: row.timeIfAny("answered_at"), endedAt: row.timeIfAny("ended_at"), reason: row["reason"],
      media: row["media"], recording: row["recording"], recordingSeconds: row["recording_seconds"])
  }
}

extension TurnRecord {
  init(_ row: Row) {
    self.init(call: row["call"], turn: row["turn"], at: row.time("at"), steps: row["steps"])
  }
}

extension Delivery {
  init(_ row: Row) {
    self.init(
      id: row["id"], channel: row["channel"], source: row["source"], body: [UInt8](row["body"] as Data),
      receivedAt: row.time("received_at"))
  }
}
