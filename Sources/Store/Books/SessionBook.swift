/// Who is signed in.
public protocol SessionBook: Sendable {
  /// Notes that somebody has signed in.
  func open(_ session: SessionRecord) async throws(StoreError)
  /// The session whose token has this digest, unless it is over at `now`.
  func session(digest: String, at now: Timestamp) async throws(StoreError) -> SessionRecord?
  /// Notes that a session was used.
  func touch(_ id: String, at now: Timestamp) async throws(StoreError)
  /// Sessions of a person (of everyone if nil), the one that was used last first.
  func sessions(person: String?) async throws(StoreError) -> [SessionRecord]
  /// Ends a session. Returns whether it was still good at `now`.
  func revoke(_ id: String, at now: Timestamp) async throws(StoreError) -> Bool
  /// Ends all sessions of a person. Returns their names.
  @discardableResult
  func revokeAll(person: String) async throws(StoreError) -> [String]
  /// Throws away sessions that ended before `time`.
  func forgetSessions(before time: Timestamp) async throws(StoreError)
}

/// Who saw and did what. Nothing in it can be changed.
public protocol AuditBook: Sendable {
  /// Notes what somebody did.
  @discardableResult
  func audit(_ entry: NewAudit) async throws(StoreError) -> AuditRecord
  /// What was done, the newest first, before the entry at `sequence`.
  func audits(before sequence: Int64?, limit: Int) async throws(StoreError) -> [AuditRecord]
  /// Throws away what was done before `time`.
  func forgetAudits(before time: Timestamp) async throws(StoreError)
}
