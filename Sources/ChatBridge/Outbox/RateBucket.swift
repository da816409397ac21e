import Store

/// So many at once and so many a second: what a rate allows, as a value (a token bucket).
struct RateBucket: Sendable {
  private let capacity: Double
  /// Tokens a millisecond.
  private let rate: Double
  private var tokens: Double
  private var updatedAt: Timestamp?

  /// `capacity` at once, one more each `interval`.
  init(capacity: Double, interval: Duration) {
    self.capacity = max(1, capacity)
    rate = 1 / max(0.001, interval / .milliseconds(1))
    tokens = self.capacity
  }

  /// Takes one if there is one; else says when there will be.
  mutating func take(at now: Timestamp) -> Timestamp? {
    fill(at: now)
    guard tokens < 1 else {
      tokens -= 1
      return nil
    }
    return now.advanced(by: .milliseconds(((1 - tokens) / rate).rounded(.up)))
  }

  /// Whether nothing of it is used.
  mutating func isFull(at now: Timestamp) -> Bool {
    fill(at: now)
    return tokens >= capacity
  }

  private mutating func fill(at now: Timestamp) {
    let passed = updatedAt.map { max(.zero, $0.duration(to: now)) } ?? .zero
    updatedAt = now
    tokens = min(capacity, tokens + passed / .milliseconds(1) * rate)
  }
}
