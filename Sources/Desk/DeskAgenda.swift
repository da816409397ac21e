package import Store

/// What is to be done when: one time for each thing.
package struct DeskAgenda: Sendable, Equatable {
  /// A thing to be done.
  package enum Item: Sendable, Hashable {
    /// An offer lapses.
    case offerEnds(String)
    /// A deadline of the service level passes.
    case serviceLevel(String)
    /// A customer is to be called back.
    case callback(String)
    /// Somebody has taken it and says nothing: they are reminded.
    case reminder(String)
    /// They still say nothing: it goes back.
    case idle(String)
    /// Somebody may be gone.
    case presence
    /// Somebody may be asked again.
    case offers
  }

  private var times: [Item: Timestamp] = [:]

  /// Nothing is to be done.
  package init() {}

  /// When to look again.
  package var next: Timestamp? { times.values.min() }

  /// When an item is to be done.
  package func time(of item: Item) -> Timestamp? { times[item] }

  /// Sets the time of an item; nil takes it off.
  package mutating func set(_ item: Item, at time: Timestamp?) { times[item] = time }

  /// Takes off everything.
  package mutating func clear() { times = [:] }

  /// Takes off what is to be done by `now`, the oldest first.
  package mutating func take(by now: Timestamp) -> [Item] {
    let due = times.filter { $0.value <= now }
    for item in due.keys { times[item] = nil }
    return due.sorted { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }.map(\.key)
  }
}
