import Synchronization

/// How much sound was dropped at one place, counted by whoever drops it and read by whoever exports it.
public final class LostSound: Sendable {
  private let nanoseconds = Atomic<Int64>(0)

  /// None yet.
  public init() {}

  /// `duration` more of sound was dropped.
  public func add(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    // A day at once is more than any queue holds.
    let amount = min(max(seconds, 0), 86_400) * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000
    nanoseconds.wrappingAdd(amount, ordering: .relaxed)
  }

  /// `samples` more at `sampleRate` Hz were dropped.
  public func add(samples: Int, at sampleRate: Int) {
    guard samples > 0, sampleRate > 0 else { return }
    add(.nanoseconds(Int64(min(samples, 1 << 32)) * 1_000_000_000 / Int64(sampleRate)))
  }

  /// All that was dropped so far.
  public var total: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }
}
