#if canImport(Glibc)
  import Glibc
#endif

/// Wall time, so that a test can let it stand still: of what spans days and outlives the process, such as windows, retries
/// and deadlines.
public protocol TimestampClock: Sendable {
  /// Now.
  var now: Timestamp { get }
  /// Returns at `time`, at once if it has passed. Throws `CancellationError` when the task is cancelled.
  func sleep(until time: Timestamp) async throws
}

/// The clock of the machine.
public struct WallClock: TimestampClock {
  /// The clock.
  public init() {}

  /// Now.
  public var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Returns at `time`. Looks again each minute, since the clock may be set meanwhile.
  public func sleep(until time: Timestamp) async throws {
    while true {
      let rest = now.duration(to: time)
      guard rest > .zero else { return }
      try await Task.sleep(for: min(rest, .seconds(60)))
    }
  }
}
