/// What waits to be sent on a connection, or on all of them, and how much may.
struct SendBacklog: Sendable {
  /// What a write costs besides its bytes: a buffer, a promise and a place in a queue. Without it, small writes would
  /// hold many times the memory that they stand for here.
  private static let overhead = 256

  /// Bytes, the cost of each write included.
  let limit: Int
  private(set) var count = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Whether a write of so many bytes still fits.
  func hasRoom(for bytes: Int) -> Bool { count + bytes + Self.overhead <= limit }

  /// A write of so many bytes waits.
  mutating func began(_ bytes: Int) { count += bytes + Self.overhead }

  /// It waits no more.
  mutating func ended(_ bytes: Int) { count = max(0, count - bytes - Self.overhead) }
}
