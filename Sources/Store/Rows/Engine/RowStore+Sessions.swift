// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  // MARK: Who is signed in

  public func open(_ session: SessionRecord) async throws(StoreError) {
    try await write { step in try step.rows.insert(session) }
  }

  public func session(digest: String, at now: Timestamp) async throws(StoreError) -> SessionRecord? {
    try await read { rows in try rows.session(digest: digest).flatMap { $0.isGood(at: now) ? $0 : nil } }
  }

  public func touch(_ id: String, at now: Timestamp) async throws(StoreError) {
    try await write { step in
      guard let before = try step.rows.session(id) else { return }
      var after = before
      after.lastSeenAt = max(before.lastSeenAt, now)
      try step.rows.update(before, to: after)
    }
  }

  public func sessions(person: String?) async throws(StoreError) -> [SessionRecord] {
    try await read { rows in try rows.sessions(person: person) }
  }

  public func revoke(_ id: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await write { step in
      guard let session = try step.rows.session(id) else { return false }
      try step.rows.removeSession(id)
      return session.isGood(at: now)
    }
  }

  @discardableResult
  public func revokeAll(person: String) async throws(StoreError) -> [String] {
    try await write { step in
      let ids = try step.rows.sessions(person: person).map(\.id).sorted()
      for id in ids { try step.rows.removeSession(id) }
      return ids
    }
  }

  // MARK: Who did what

  @discardableResult
  public func audit(_ entry: NewAudit) async throws(StoreError) -> AuditRecord {
    try await write { step in try step.rows.append(entry) }
  }

  public func audits(before sequence: Int64?, limit: Int) async throws(StoreError) -> [AuditRecord] {
    try await read { rows in try rows.audits(before: sequence, limit: limit) }
  }

  // MARK: Requests that may be made again

  public func claim(
    request key: String, digest: String, at now: Timestamp
  ) async throws(StoreError) -> KeptRequest {
    try await write { step in
      let claim = RepeatedRequests.claim(try step.rows.request(key), digest: digest, at: now)
      try step.rows.removeRequests(
        answeredBefore: RepeatedRequests.oldestAnswer(at: now), openBefore: RepeatedRequests.oldestOpen(at: now))
      if claim == .new { try step.rows.put(StoredRequest(key: key, digest: digest, at: now)) }
      return claim
    }
  }

  public func settle(
    request key: String, status: Int?, body: String, at now: Timestamp
  ) async throws(StoreError) {
    try await write { step in
      guard var request = try step.rows.request(key) else { return }
      guard let status else { return try step.rows.removeRequest(key) }
      request.status = status
      request.body = body
      try step.rows.put(request)
    }
  }

  // MARK: Media

  public func save(_ media: StoredMedia, at now: Timestamp) async throws(StoreError) {
    try await write { step in try step.rows.insert(media, at: now) }
  }

  public func media(_ id: String) async throws(StoreError) -> StoredMedia? {
    try await read { rows in try rows.media(id) }
  }
}

extension SessionRecord {
  /// Whether whoever comes with it may do something.
  fileprivate func isGood(at now: Timestamp) -> Bool { expiresAt > now }
}
