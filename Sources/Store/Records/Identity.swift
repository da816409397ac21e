/// That somebody has, or had, a name. A name may pass from one customer to another.
package struct Identity: Sendable, Equatable {
  /// By which the row layer knows it; nil for one that is not stored yet.
  package var row: Int64?
  /// The name.
  package var name: CustomerIdentity
  /// Whose.
  package var customer: String
  /// Since when.
  package var since: Timestamp
  /// Until when it was theirs; nil if it still is.
  package var until: Timestamp?

  /// That somebody has a name.
  package init(row: Int64?, name: CustomerIdentity, customer: String, since: Timestamp, until: Timestamp?) {
    self.row = row
    self.name = name
    self.customer = customer
    self.since = since
    self.until = until
  }

  /// Whether it was theirs at `time`, or will have been: messages may come long after they were sent.
  func isHeld(at time: Timestamp) -> Bool { until.map { $0 > time } ?? true }
}

/// A customer as stored.
package struct CustomerState: Sendable, Equatable {
  /// E.g. `cust_…`.
  package var id: String
  /// As the channel last told it.
  package var name: String?
  /// When they first appeared.
  package var createdAt: Timestamp

  /// A customer.
  package init(id: String, name: String?, createdAt: Timestamp) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
  }
}
