/// Who is wanted and who comes.
package protocol EscalationRows {
  /// An escalation by its name.
  func escalation(_ id: String) throws -> EscalationRecord?
  /// The escalation of a conversation that is waiting, offered or claimed.
  func openEscalation(of conversation: String) throws -> EscalationRecord?
  /// Escalations in one of `states`, by priority, beginning and name, those after the one named `cursor`.
  func escalations(
    in states: Set<EscalationRecord.State>, after cursor: String?, limit: Int
  ) throws -> [EscalationRecord]
  /// Escalations in `state` (all if nil), by beginning and name.
  func escalations(_ state: EscalationRecord.State?, limit: Int) throws -> [EscalationRecord]
  /// Escalations that were made or changed after `revision`, in the order in which each last was, with the revision of the
  /// last of them (`revision` if there is none). Each change of an escalation has a higher revision than all before, also
  /// in the order in which steps become durable.
  func escalations(changedSince revision: Int64, limit: Int) throws -> (records: [EscalationRecord], revision: Int64)
  /// The revision of the last change.
  func lastRevision() throws -> Int64
  /// Those that are offered until `now` or earlier, by priority, beginning and name.
  func lapsedOffers(at now: Timestamp, limit: Int) throws -> [EscalationRecord]
  /// Those that are postponed to `now` or earlier, by that time and name.
  func dueCallbacks(at now: Timestamp, limit: Int) throws -> [EscalationRecord]
  /// Those whose first reply is owed and was due before `now` and that are not noted as missed, by when it was due and
  /// name.
  func overdue(at now: Timestamp, limit: Int) throws -> [EscalationRecord]
  /// How many escalations each of `people` has claimed; nobody who has none.
  func claims(of people: [String]) throws -> [String: Int]
}

/// Escalations that can be changed.
package protocol WritableEscalationRows: EscalationRows {
  /// Stores an escalation. A second one of a conversation that is waiting, offered or claimed is refused.
  func insert(_ escalation: EscalationRecord) throws
  /// Stores what changed of an escalation.
  func update(_ before: EscalationRecord, to after: EscalationRecord) throws
}
