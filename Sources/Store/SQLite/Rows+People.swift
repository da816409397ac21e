import Foundation
import GRDB

// Rows of people, what they are told and what they did, to records.

extension EscalationRecord {
  init(_ row: Row) {
    self.init(
      id: row["id"], conversation: row["conversation"], kind: row["kind"], reason: row["reason"],
      channel: row["channel"], priority: row["priority"], skills: Words.read(row["skills"]), call: row["call"],
      evidence: row["evidence"], package: row["package"], state: State(rawValue: row["state"]) ?? .resolved,
      person: row["person"], createdAt: row.time("created_at"), dueAt: row.timeIfAny("due_at"),
      offeredTo: row["offered_to"], offerEndsAt: row.timeIfAny("offer_ends_at"),
      claimedAt: row.timeIfAny("claimed_at"), firstReplyAt: row.timeIfAny("first_reply_at"),
      resolvedAt: row.timeIfAny("resolved_at"), callbackAt: row.timeIfAny("callback_at"), note: row["note"],
      missedSLA: row["missed_sla"])
  }
}

extension SessionRecord {
  init(_ row: Row) {
    self.init(
      id: row["id"], tokenDigest: row["token_digest"], person: row["person"], role: row["role"],
      createdAt: row.time("created_at"), lastSeenAt: row.time("last_seen_at"), expiresAt: row.time("expires_at"),
      address: row["address"], agent: row["agent"])
  }
}

extension AuditRecord {
  init(_ row: Row) {
    self.init(
      sequence: row["sequence"], at: row.time("at"), who: row["who"], action: row["action"], subject: row["subject"],
      detail: row["detail"], address: row["address"])
  }
}

extension EventRecord {
  init(_ row: Row) {
    self.init(
      sequence: row["sequence"], id: row["id"], type: row["type"], at: row.time("at"),
      conversation: row["conversation"], call: row["call"], data: row["data"])
  }
}

extension WebhookDelivery {
  init(_ row: Row) {
    self.init(
      id: row["id"], endpoint: row["endpoint"], event: row["event"], body: row["body"], attempts: row["attempts"],
      state: State(rawValue: row["state"]) ?? .dead, dueAt: row.time("due_at"), lastStatus: row["last_status"],
      lastError: row["last_error"], createdAt: row.time("created_at"), deliveredAt: row.timeIfAny("delivered_at"))
  }
}

/// Short lists of words in one column, as JSON.
enum Words {
  static func read(_ text: String) -> [String] {
    (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
  }

  static func write(_ words: [String]) -> String {
    (try? JSONEncoder().encode(words)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }
}
