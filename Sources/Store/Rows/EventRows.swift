/// Events, and their way to other people's servers.
package protocol EventRows {
  /// An event by its name.
  func event(_ id: String) throws -> EventRecord?
  /// Events after the one at `sequence`, the oldest first, of certain types (all if nil).
  func events(after sequence: Int64, types: Set<String>?, limit: Int) throws -> [EventRecord]
  /// The newest event but `count`.
  func lastEvent(skipping count: Int) throws -> EventRecord?
  /// Deliveries to an endpoint that are pending and due, by when they fell due and their place.
  func dueWebhooks(endpoint: String, at now: Timestamp, limit: Int) throws -> [WebhookDelivery]
  /// When the first of the deliveries to an endpoint that are pending falls due.
  func nextWebhookDue(endpoint: String) throws -> Timestamp?
  /// A delivery by its name.
  func webhook(_ id: String) throws -> WebhookDelivery?
  /// Deliveries that were given up, the newest first, before the one named.
  func deadWebhooks(before id: String?, limit: Int) throws -> [WebhookDelivery]
}

/// Events that can be stored, and deliveries that can be changed.
package protocol WritableEventRows: EventRows {
  /// Stores an event whose name is not known yet. Its place among all events grows, also in the order in which steps become
  /// durable, and is never given twice.
  func append(_ event: NewEvent) throws -> EventRecord
  /// Stores a delivery, behind all others, unless there is one of the same event to the same endpoint.
  func insert(_ webhook: WebhookDelivery) throws
  /// Stores what changed of a delivery; it keeps its place.
  func update(_ before: WebhookDelivery, to after: WebhookDelivery) throws
}
