import GRDB

extension CallRecord {
  fileprivate var columns: Columns {
    [
      ("id", id), ("conversation", conversation), ("sip_call_id", sipCallID), ("direction", direction.rawValue),
      ("caller", from), ("called", to), ("assistant", assistant), ("metadata", metadata),
      ("started_at", startedAt.milliseconds), ("answered_at", answeredAt?.milliseconds),
      ("ended_at", endedAt?.milliseconds), ("reason", reason), ("media", media), ("recording", recording),
      ("recording_seconds", recordingSeconds),
    ]
  }

  fileprivate init(_ row: Row) {
    self.init(
      id: row["id"], conversation: row["conversation"], sipCallID: row["sip_call_id"],
      direction: Direction(rawValue: row["direction"]) ?? .inbound, from: row["caller"], to: row["called"],
      assistant: row["assistant"], metadata: row["metadata"], startedAt: row.time("started_at"),
      answeredAt: row.timeIfAny("answered_at"), endedAt: row.timeIfAny("ended_at"), reason: row["reason"],
      media: row["media"], recording: row["recording"], recordingSeconds: row["recording_seconds"])
  }
}

extension SQLiteRows {
  private func calls(_ condition: String, _ arguments: StatementArguments) throws -> [CallRecord] {
    try rows("SELECT * FROM call WHERE \(condition)", arguments).map { CallRecord($0) }
  }

  func call(_ id: String) throws -> CallRecord? { try calls("id = ?", [id]).first }

  func calls(_ filter: CallFilter, before id: String?, limit: Int) throws -> [CallRecord] {
    var conditions = ["id < coalesce(?, '~')"]
    var arguments: StatementArguments = [id]
    if let conversation = filter.conversation {
      conditions.append("conversation = ?")
      arguments += [conversation]
    }
    if let ids = filter.ids {
      conditions.append("id IN (SELECT value FROM json_each(?))")
      arguments += [Words.write(ids)]
    }
    if let isOpen = filter.isOpen { conditions.append("ended_at IS \(isOpen ? "" : "NOT") NULL") }
    return try calls("\(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?", arguments + [limit])
  }

  func openCalls() throws -> [CallRecord] { try calls("ended_at IS NULL ORDER BY id", []) }

  func recordings(before time: Timestamp, limit: Int) throws -> [CallRecord] {
    try calls(
      "ended_at < ? AND recording IS NOT NULL ORDER BY ended_at, id LIMIT ?", [time.milliseconds, limit])
  }

  func lastSign(of call: CallRecord) throws -> Timestamp? {
    let turn = try value("SELECT max(at) FROM turn WHERE call = ?", [call.id], as: Int64.self)
    let word = try call.conversation.flatMap { conversation in
      try value(
        "SELECT max(stored_at) FROM message WHERE conversation = ? AND call = ?", [conversation, call.id],
        as: Int64.self)
    }
    return [turn, word].compactMap { $0 }.max().map { Timestamp(milliseconds: $0) }
  }

  func insert(_ call: CallRecord) throws { try insert(into: "call", call.columns) }

  func update(_ before: CallRecord, to after: CallRecord) throws {
    try update("call", before.columns, to: after.columns, where: "id = ?", [before.id])
  }

  // MARK: Turns

  func turns(of call: String) throws -> [TurnRecord] {
    try rows("SELECT * FROM turn WHERE call = ? ORDER BY turn", [call]).map { row in
      TurnRecord(call: row["call"], turn: row["turn"], at: row.time("at"), steps: row["steps"])
    }
  }

  func times(of step: String, since time: Timestamp, limit: Int) throws -> [Double] {
    // A row that holds no JSON would stop the whole count.
    try values(
      """
      SELECT value FROM (SELECT steps FROM turn WHERE at >= ? ORDER BY at DESC, call DESC, turn DESC LIMIT ?),
        json_each(CASE WHEN json_valid(steps) THEN steps ELSE '{}' END)
      WHERE key = ? AND type IN ('integer', 'real')
      """, [time.milliseconds, limit, step])
  }

  func put(_ turn: TurnRecord) throws {
    try run(
      """
      INSERT INTO turn (call, turn, at, steps) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET at = excluded.at, steps = excluded.steps
      """, [turn.call, turn.turn, turn.at.milliseconds, turn.steps])
  }
}
