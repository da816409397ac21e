/// What happened, in the order in which everyone is told.
public protocol EventBook: Sendable {
  /// Stores events, what is to be posted of them to webhooks, and the calls that they tell of as these are then, in one
  /// step: no end of the process leaves an event without its deliveries, or a change without its event. Returns them in the same order; one whose name is known already is returned as it is stored,
  /// and posted only where it was not to be posted before.
  @discardableResult
  func append(
    _ events: [NewEvent], webhooks: [NewWebhook], calls: [CallRecord], at now: Timestamp
  ) async throws(StoreError) -> [EventRecord]
  /// Events after the one named, the oldest first, of certain types (all if nil). From the oldest that is kept if `id` is
  /// nil or forgotten.
  func events(
    after id: String?, limit: Int, types: Set<String>?
  ) async throws(StoreError) -> [EventRecord]
  /// Events after the one at `sequence`, the oldest first, of certain types (all if nil).
  func events(
    after sequence: Int64, limit: Int, types: Set<String>?
  ) async throws(StoreError) -> [EventRecord]
  /// The newest event.
  func lastEvent() async throws(StoreError) -> EventRecord?
  /// Throws away events from before `time`, but none of the newest `count`.
  func forgetEvents(before time: Timestamp, keeping count: Int) async throws(StoreError)
}

extension EventBook {
  /// Stores events and what is to be posted of them to webhooks, in one step. Returns the events in the same order.
  @discardableResult
  public func append(
    _ events: [NewEvent], webhooks: [NewWebhook], at now: Timestamp
  ) async throws(StoreError) -> [EventRecord] {
    try await append(events, webhooks: webhooks, calls: [], at: now)
  }

  /// Stores events that no webhook is to get. Returns them in the same order.
  @discardableResult
  public func append(_ events: [NewEvent]) async throws(StoreError) -> [EventRecord] {
    try await append(events, webhooks: [], calls: [], at: Timestamp(milliseconds: 0))
  }
}

/// Events on their way to other people's servers. Whatever is not known to have arrived is posted again.
public protocol WebhookBook: Sendable {
  /// Puts deliveries into the queue; one of the same event to the same endpoint only once.
  func enqueue(webhooks: [NewWebhook], at now: Timestamp) async throws(StoreError)
  /// Deliveries that may be posted to an endpoint, the longest waiting first.
  func dueWebhooks(
    endpoint: String, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [WebhookDelivery]
  /// When the next delivery to an endpoint falls due.
  func nextWebhookDue(endpoint: String) async throws(StoreError) -> Timestamp?
  /// A delivery by its name.
  func webhook(_ id: String) async throws(StoreError) -> WebhookDelivery?
  /// Notes what became of an attempt to post.
  func finish(webhook id: String, _ outcome: WebhookOutcome, at now: Timestamp) async throws(StoreError)
  /// Deliveries that were given up, the newest first, before the one named.
  func deadWebhooks(before id: String?, limit: Int) async throws(StoreError) -> [WebhookDelivery]
  /// Tries a delivery that was given up anew. Returns whether it was.
  func retry(webhook id: String, at now: Timestamp) async throws(StoreError) -> Bool
  /// Throws away deliveries from before `time` that arrived or were given up.
  func forgetWebhooks(before time: Timestamp) async throws(StoreError)
}
