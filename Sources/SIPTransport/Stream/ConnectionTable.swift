/// The stream connections of an endpoint, bounded in number and in what all of them together have to send.
struct ConnectionTable {
  private let maximum: Int
  private var connections: [UInt64: StreamConnection] = [:]
  private var lastNumber: UInt64 = 0
  /// What all connections together have to send.
  var backlog: SendBacklog

  init(maximum: Int, maximumBacklog: Int) {
    self.maximum = maximum
    backlog = SendBacklog(limit: maximumBacklog)
  }

  /// Takes a connection in and gives it its number, which no other gets; nil when there are too many.
  mutating func add(_ connection: StreamConnection) -> UInt64? {
    guard connections.count < maximum else { return nil }
    lastNumber &+= 1
    connections[lastNumber] = connection
    return lastNumber
  }

  /// Forgets a connection; false when it is not known.
  mutating func remove(_ number: UInt64) -> Bool { connections.removeValue(forKey: number) != nil }

  /// Forgets all; returns them.
  mutating func removeAll() -> [StreamConnection] {
    defer { connections = [:] }
    return Array(connections.values)
  }

  subscript(number: UInt64) -> StreamConnection? { connections[number] }

  /// The one that has the most to send.
  var slowest: StreamConnection? { connections.values.max { $0.backlog.count < $1.backlog.count } }
}
