package import Store

#if canImport(Glibc)
  import Glibc
#endif

/// The time of the desk, so that a test can let it stand still. Deadlines outlive the process: it is wall time.
package protocol DeskClock: Sendable {
  /// Now.
  var now: Timestamp { get }
  /// Returns at `time`, at once if it has passed. Throws `CancellationError` when the task is cancelled.
  func sleep(until time: Timestamp) async throws
}

/// The clock of the machine.
package struct DeskWallClock: DeskClock {
  /// The clock.
  package init() {}

  /// Now.
  package var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Returns at `time`. Looks again each minute, since the clock may be set meanwhile.
  package func sleep(until time: Timestamp) async throws {
    while true {
      let rest = now.duration(to: time)
      guard rest > .zero else { return }
      try await Task.sleep(for: min(rest, .seconds(60)))
    }
  }
}
