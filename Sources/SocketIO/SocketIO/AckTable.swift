/// The acks that a socket waits for.
struct AckTable<Waiter> {
  /// More than these at a time are a leak of whoever asks.
  static var maximumPending: Int { 1024 }

  private var next = 0
  private var pending: [Int: Waiter] = [:]

  var count: Int { pending.count }

  /// Registers a waiter and returns the id of its ack; nil when there are too many.
  mutating func add(_ waiter: Waiter) -> Int? {
    guard pending.count < Self.maximumPending else { return nil }
    let id = next
    next += 1
    pending[id] = waiter
    return id
  }

  /// Takes the waiter of `id`, once.
  mutating func take(_ id: Int) -> Waiter? { pending.removeValue(forKey: id) }

  /// Takes all.
  mutating func takeAll() -> [Waiter] {
    defer { pending = [:] }
    return Array(pending.values)
  }
}
