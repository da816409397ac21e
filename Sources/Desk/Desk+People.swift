package import Store

extension Desk {
  /// Everybody, by username.
  package var people: [PersonView] { floor.views(of: open) }

  /// Someone by their name.
  package func person(_ username: String) -> Person? { floor.person(username) }

  /// Someone works here from now on, or is another than before.
  package func set(_ person: Person) {
    floor.set(person)
    showPeople()
    wake()
  }

  /// A connection of someone has begun.
  package func connected(_ username: String, connection: String) {
    _ = floor.presence.connected(username, connection: connection, at: clock.now)
    showPeople()
    wake()
  }

  /// A connection of someone has ended; they are gone when none has begun after a while.
  package func disconnected(_ username: String, connection: String) {
    _ = floor.presence.disconnected(username, connection: connection, at: clock.now)
    showPeople()
    wake()
  }

  /// Someone did something.
  package func active(_ username: String) {
    _ = floor.presence.active(username, at: clock.now)
    showPeople()
  }

  /// Someone can be asked from now on, or can't.
  package func set(_ status: PersonStatus, for username: String) {
    _ = floor.presence.choose(status, for: username, at: clock.now)
    showPeople()
    wake()
  }

  /// Someone takes so many conversations at a time from now on, until the next start.
  package func set(capacity: Int, for username: String) {
    guard var person = floor.person(username) else { return }
    person.capacity = max(0, capacity)
    set(person)
  }

  /// When someone was last seen to do something.
  package func lastActivity(of username: String) -> Timestamp? { floor.presence.lastActivity(of: username) }
}
