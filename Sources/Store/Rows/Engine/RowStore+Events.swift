// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  @discardableResult
  public func append(
    _ events: [NewEvent], webhooks: [NewWebhook], calls: [CallRecord], at now: Timestamp
  ) async throws(StoreError) -> [EventRecord] {
    guard !events.isEmpty || !webhooks.isEmpty || !calls.isEmpty else { return [] }
    return try await write { step in
      for call in calls { try step.save(call) }
      let records = try step.append(events)
      try step.enqueue(webhooks, at: now)
      return records
    }
  }

  public func events(
    after id: String?, limit: Int, types: Set<String>?
  ) async throws(StoreError) -> [EventRecord] {
    try await read { rows in
      let last = try id.flatMap { try rows.event($0) }
      return try rows.events(after: last?.sequence ?? 0, types: types, limit: limit)
    }
  }

  public func events(
    after sequence: Int64, limit: Int, types: Set<String>?
  ) async throws(StoreError) -> [EventRecord] {
    try await read { rows in try rows.events(after: sequence, types: types, limit: limit) }
  }

  public func lastEvent() async throws(StoreError) -> EventRecord? {
    try await read { rows in try rows.lastEvent(skipping: 0) }
  }

  public func enqueue(webhooks: [NewWebhook], at now: Timestamp) async throws(StoreError) {
    guard !webhooks.isEmpty else { return }
    try await write { step in try step.enqueue(webhooks, at: now) }
  }

  public func dueWebhooks(
    endpoint: String, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [WebhookDelivery] {
    try await read { rows in try rows.dueWebhooks(endpoint: endpoint, at: now, limit: limit) }
  }

  public func nextWebhookDue(endpoint: String) async throws(StoreError) -> Timestamp? {
    try await read { rows in try rows.nextWebhookDue(endpoint: endpoint) }
  }

  public func webhook(_ id: String) async throws(StoreError) -> WebhookDelivery? {
    try await read { rows in try rows.webhook(id) }
  }

  public func finish(
    webhook id: String, _ outcome: WebhookOutcome, at now: Timestamp
  ) async throws(StoreError) {
    _ = try await change(webhook: id) { WebhookQueue.finish($0, outcome, at: now) }
  }

  public func deadWebhooks(before id: String?, limit: Int) async throws(StoreError) -> [WebhookDelivery] {
    try await read { rows in try rows.deadWebhooks(before: id, limit: limit) }
  }

  public func retry(webhook id: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await change(webhook: id) { WebhookQueue.retry($0, at: now) }
  }

  /// Changes a delivery. Returns whether there was something to change.
  private func change(
    webhook id: String, _ body: @escaping @Sendable (WebhookDelivery) -> WebhookDelivery?
  ) async throws(StoreError) -> Bool {
    try await write { step in
      guard let before = try step.rows.webhook(id), let after = body(before) else { return false }
      try step.rows.update(before, to: after)
      return true
    }
  }
}
