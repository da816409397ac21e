/// Who is signed in, and who did what.
package protocol SessionRows {
  /// A session by its name.
  func session(_ id: String) throws -> SessionRecord?
  /// A session by its digest.
  func session(digest: String) throws -> SessionRecord?
  /// Sessions of a person (of everyone if nil), by their last use and name, the last first.
  func sessions(person: String?) throws -> [SessionRecord]
  /// What was done, the newest first, before the entry at `sequence`.
  func audits(before sequence: Int64?, limit: Int) throws -> [AuditRecord]
}

/// Sessions that can be changed, and an audit that can be written on.
package protocol WritableSessionRows: SessionRows {
  /// Stores a session. A name or digest that is used twice is refused.
  func insert(_ session: SessionRecord) throws
  /// Stores what changed of a session.
  func update(_ before: SessionRecord, to after: SessionRecord) throws
  /// Forgets a session.
  func removeSession(_ id: String) throws
  /// Stores what somebody did. Its place among all entries grows and is never given twice.
  func append(_ entry: NewAudit) throws -> AuditRecord
}
