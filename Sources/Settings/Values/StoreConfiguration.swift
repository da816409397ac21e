/// `store`: where conversations are kept.
package struct StoreConfiguration: Sendable, Equatable {
  /// The file of an SQLite database. Default `assist.db` in the working folder.
  package var path = "assist.db"
  /// How long what happened is kept.
  package var retention = RetentionConfiguration()
}

/// How long what happened is kept. Nil: for ever.
package struct RetentionConfiguration: Sendable, Equatable {
  /// Events, and deliveries to webhooks that have come to an end. Default 30 days.
  package var events: Duration? = .seconds(30 * 86_400)
  /// Sounds and pictures that came or went. Default for ever.
  package var media: Duration?
  /// What was said, and wishes for a person that are done. Default for ever.
  package var messages: Duration?
  /// Calls, with the timing of their turns; their recordings go with them. Default for ever.
  package var calls: Duration?
  /// Recordings of calls. Default as long as their calls.
  package var recordings: Duration?
  /// Who did what at the console. Default a year.
  package var audit: Duration? = .seconds(365 * 86_400)
}
