/// Calls and their turns.
package protocol CallRows {
  /// A call by its name.
  func call(_ id: String) throws -> CallRecord?
  /// Calls by name, the last first, those before the one named.
  func calls(_ filter: CallFilter, before id: String?, limit: Int) throws -> [CallRecord]
  /// Calls that have not ended, by name.
  func openCalls() throws -> [CallRecord]
  /// Calls that ended before `time` and have a recording, by when they ended and name.
  func recordings(before time: Timestamp, limit: Int) throws -> [CallRecord]
  /// When something was last written down of a call: a turn, or what was said.
  func lastSign(of call: CallRecord) throws -> Timestamp?
  /// The turns of a call, in order.
  func turns(of call: String) throws -> [TurnRecord]
  /// The times of one step in the newest turns since `time`, at most `limit` turns; one that has no such step, or no number
  /// there, is left out.
  func times(of step: String, since time: Timestamp, limit: Int) throws -> [Double]
}

/// Calls that can be changed.
package protocol WritableCallRows: CallRows {
  /// Stores a call.
  func insert(_ call: CallRecord) throws
  /// Stores what changed of a call.
  func update(_ before: CallRecord, to after: CallRecord) throws
  /// Stores a turn in place of the same of before.
  func put(_ turn: TurnRecord) throws
}
