/// A point on the monotonic clock. Cores take it as an argument and never read a clock themselves.
public typealias Instant = ContinuousClock.Instant
