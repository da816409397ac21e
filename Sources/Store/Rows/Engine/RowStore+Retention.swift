// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func forgetDeliveries(before time: Timestamp) async throws(StoreError) {
    try await forget(.deliveries(before: time))
    try await forget(.earlyChanges(before: time))
  }

  public func forgetEvents(before time: Timestamp, keeping count: Int) async throws(StoreError) {
    // The newest of those that may go.
    guard let newest = try await read({ rows in try rows.lastEvent(skipping: count) }) else { return }
    try await forget(.events(before: time, upTo: newest.sequence))
  }

  public func forgetWebhooks(before time: Timestamp) async throws(StoreError) {
    try await forget(.webhooks(before: time))
  }

  public func forgetSessions(before time: Timestamp) async throws(StoreError) {
    try await forget(.sessions(before: time))
  }

  public func forgetAudits(before time: Timestamp) async throws(StoreError) { try await forget(.audits(before: time)) }

  public func forgetMedia(before time: Timestamp) async throws(StoreError) { try await forget(.media(before: time)) }

  public func forgetMessages(before time: Timestamp) async throws(StoreError) {
    try await forget(.messages(before: time))
  }

  public func forgetCalls(before time: Timestamp) async throws(StoreError) { try await forget(.calls(before: time)) }

  public func forgetEscalations(before time: Timestamp) async throws(StoreError) {
    try await forget(.escalations(before: time))
  }

  public func recordings(before time: Timestamp, limit: Int) async throws(StoreError) -> [CallRecord] {
    try await read { rows in try rows.recordings(before: time, limit: limit) }
  }

  public func forgetRecording(of call: String) async throws(StoreError) {
    try await write { step in
      guard let before = try step.rows.call(call) else { return }
      var after = before
      after.recording = nil
      after.recordingSeconds = nil
      try step.put(before, after)
    }
  }

  /// Throws away what is meant, a portion at a time.
  private func forget(_ what: Forgettable) async throws(StoreError) {
    while try await write({ step in try step.rows.forget(what, limit: Self.portion) }) > 0 {}
  }
}
