import Store

/// Where durable events are kept, in the order in which they were appended.
protocol EventLog: Sendable {
  /// Keeps events in their order, and in the same step the wish to deliver each to the endpoints beside it. One that is
  /// there already is not kept twice.
  func append(_ events: [LoggedEvent], at now: Timestamp) async throws(StoreError)
  /// What was appended after the event named (nil: from the oldest), at most about `limit` of those that `filter` admits.
  func page(after id: String?, _ filter: EventFilter, limit: Int) async throws(StoreError) -> EventPage
}

/// An event with the names of the webhook endpoints that it goes to.
struct LoggedEvent: Sendable, Equatable {
  var event: AssistEvent
  var endpoints: [String] = []
}

/// A stretch of the log.
struct EventPage: Sendable, Equatable {
  var events: [AssistEvent]
  /// How far was read: the last event looked at, whether it was admitted or not. Nil if there was none.
  var last: String?
  /// Whether nothing was there behind it.
  var isEnd: Bool
}
