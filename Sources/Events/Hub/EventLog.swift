package import Store

/// Where durable events are kept, in the order in which they were appended.
package protocol EventLog: Sendable {
  /// Keeps events in their order, and in the same step the wish to deliver each to the endpoints beside it, and the call
  /// that it tells of. One that is there already is not kept twice.
  func append(_ events: [LoggedEvent], at now: Timestamp) async throws(StoreError)
  /// What was appended after the event named (nil: from the oldest), at most about `limit` of those that `filter` admits.
  func page(after id: String?, _ filter: EventFilter, limit: Int) async throws(StoreError) -> EventPage
}

/// An event with the names of the webhook endpoints that it goes to, and with what is stored in one step with it.
package struct LoggedEvent: Sendable, Equatable {
  package var event: AssistEvent
  package var endpoints: [String] = []
  /// The call that it tells of, as it is then.
  package var call: CallRecord?

  /// An event that goes to `endpoints`.
  package init(event: AssistEvent, endpoints: [String] = [], call: CallRecord? = nil) {
    self.event = event
    self.endpoints = endpoints
    self.call = call
  }
}

/// A stretch of the log.
package struct EventPage: Sendable, Equatable {
  package var events: [AssistEvent]
  /// How far was read: the last event looked at, whether it was admitted or not. Nil if there was none.
  package var last: String?
  /// Whether nothing was there behind it.
  package var isEnd: Bool

  /// A stretch that was read up to `last`.
  package init(events: [AssistEvent], last: String? = nil, isEnd: Bool) {
    self.events = events
    self.last = last
    self.isEnd = isEnd
  }
}
