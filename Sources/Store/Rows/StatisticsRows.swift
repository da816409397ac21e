/// Counts over many rows, which a layer makes where the rows are.
package protocol StatisticsRows {
  /// What happened since `time`: calls by when they began; messages on messaging channels that were not withdrawn, by when
  /// they were stored; escalations that began, with those of which the first reply came by when it was due and was not
  /// noted as missed (`slaHit`), and those that are noted so; and all that wait or are offered, whenever they began.
  func statistics(since time: Timestamp) throws -> StoreStatistics
}

/// What has been kept long enough.
package enum Forgettable: Sendable, Equatable {
  /// Media that came before a time and is not in the outbox.
  case media(before: Timestamp)
  /// Messages that were stored before a time and neither wait for an answer nor are to be sent, with what is noted of them.
  case messages(before: Timestamp)
  /// Calls that ended before a time and have no recording, with their turns.
  case calls(before: Timestamp)
  /// Escalations that were resolved before a time.
  case escalations(before: Timestamp)
  /// Sessions that ended before a time.
  case sessions(before: Timestamp)
  /// What was done before a time.
  case audits(before: Timestamp)
  /// Events from before a time, up to a place.
  case events(before: Timestamp, upTo: Int64)
  /// Deliveries to servers that began before a time and arrived or were given up.
  case webhooks(before: Timestamp)
  /// Deliveries of channels that were applied before a time without a problem.
  case deliveries(before: Timestamp)
  /// What was done before a time to messages that never came.
  case earlyChanges(before: Timestamp)
}

/// Rows that can be forgotten.
package protocol ForgettableRows {
  /// Forgets some of what is meant, at most `limit`. Returns how many.
  func forget(_ what: Forgettable, limit: Int) throws -> Int
}
