package import Store

/// Who is here, by their connections. A page that is loaded again has no connection for a moment; that is no absence,
/// so that someone is gone only when their last connection has been for the grace time.
package struct Presence: Sendable {
  /// Someone whose status is another now.
  package struct Change: Sendable, Equatable {
    /// Who.
    package var person: String
    /// What it is now.
    package var status: PersonStatus
  }

  private struct Entry {
    var connections: Set<String> = []
    /// What they chose.
    var chosen = PersonStatus.online
    /// When they did something, or their last connection ended.
    var lastSign: Timestamp
    /// What others were told.
    var told = PersonStatus.offline
  }

  /// How long someone without a connection is still here.
  package let grace: Duration
  private var entries: [String: Entry] = [:]

  /// Nobody is here.
  package init(grace: Duration = .seconds(30)) { self.grace = grace }

  /// Whether someone can be asked.
  package func status(of person: String) -> PersonStatus { entries[person]?.told ?? .offline }

  /// When someone last did something.
  package func lastActivity(of person: String) -> Timestamp? { entries[person]?.lastSign }

  /// A connection of someone has begun. Who was gone is online again, whatever they had chosen before.
  package mutating func connected(_ person: String, connection: String, at now: Timestamp) -> [Change] {
    let changes = expire(at: now)
    var entry = entries[person] ?? Entry(lastSign: now)
    if entry.connections.isEmpty, !isHere(entry, at: now) { entry.chosen = .online }
    entry.connections.insert(connection)
    entry.lastSign = max(entry.lastSign, now)
    entries[person] = entry
    return changes + tell(person, at: now)
  }

  /// A connection of someone has ended.
  package mutating func disconnected(_ person: String, connection: String, at now: Timestamp) -> [Change] {
    if var entry = entries[person], entry.connections.remove(connection) != nil {
      entry.lastSign = max(entry.lastSign, now)
      entries[person] = entry
    }
    return expire(at: now)
  }

  /// Someone did something: who has no connection is here for another grace time.
  package mutating func active(_ person: String, at now: Timestamp) -> [Change] {
    let changes = expire(at: now)
    if let entry = entries[person], isHere(entry, at: now) { entries[person]?.lastSign = max(entry.lastSign, now) }
    return changes
  }

  /// Someone chose a status. Without a connection it holds for the grace time, and on as long as they do something.
  package mutating func choose(_ status: PersonStatus, for person: String, at now: Timestamp) -> [Change] {
    let changes = expire(at: now)
    var entry = entries[person] ?? Entry(lastSign: now)
    entry.chosen = status
    entry.lastSign = max(entry.lastSign, now)
    entries[person] = entry
    return changes + tell(person, at: now)
  }

  /// Finds who has been gone for the grace time.
  package mutating func expire(at now: Timestamp) -> [Change] {
    var changes: [Change] = []
    for (person, entry) in entries.sorted(by: { $0.key < $1.key }) where !isHere(entry, at: now) {
      changes += tell(person, at: now)
      entries[person] = nil
    }
    return changes
  }

  /// When to call `expire`.
  package var nextDeadline: Timestamp? {
    entries.values.filter { $0.connections.isEmpty }.map { $0.lastSign.advanced(by: grace) }.min()
  }

  private func isHere(_ entry: Entry, at now: Timestamp) -> Bool {
    !entry.connections.isEmpty || now < entry.lastSign.advanced(by: grace)
  }

  private mutating func tell(_ person: String, at now: Timestamp) -> [Change] {
    guard let entry = entries[person] else { return [] }
    let status = isHere(entry, at: now) ? entry.chosen : .offline
    guard status != entry.told else { return [] }
    entries[person]?.told = status
    return [Change(person: person, status: status)]
  }
}
