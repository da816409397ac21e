/// Work that is looked after again and again, in one loop: at the start, whenever somebody says that there may be something
/// to do, and at the time that the last look gave. An outbox, a queue of deliveries and a desk are run by one.
///
/// ```swift
/// await rounds.run { await sendWhatIsDue() }  // Returns when the next is due; nil if nothing waits.
/// ```
public final class Rounds<Time: Comparable & Sendable>: Sendable {
  private let signal = WakeSignal(raised: true)
  private let tasks = TaskOwner()
  private let alarm: Alarm<Time>
  private let hasStopped = Locked(false)

  /// Rounds whose times are those of `sleep`, which returns at one, or throws when its task is cancelled.
  public init(sleep: @escaping @Sendable (Time) async throws -> Void) {
    alarm = Alarm(in: tasks, sleep: sleep)
  }

  /// There may be something to do. However often this is said during a look, one more follows.
  public func wake() { signal.raise() }

  /// No look is begun any more; `run` returns after the one under way.
  public func stop() {
    hasStopped.withLock { $0 = true }
    signal.finish()
  }

  /// Whether `stop` was called.
  public var isStopped: Bool { hasStopped.withLock { $0 } }

  /// Looks until `stop`, or until the task is cancelled. `look` returns when to look again at the latest; nil if that
  /// depends on `wake` alone. To be called once.
  public nonisolated(nonsending) func run(_ look: () async -> Time?) async {
    for await _ in signal.wakes {
      guard !isStopped, !Task.isCancelled else { break }
      let next = await look()
      alarm.set(next, isolation: nil) { [signal] in signal.raise() }
    }
    await tasks.end()
  }

  /// Attempts something that must not be left undone until it succeeds, with pauses that double from 100 ms to half a
  /// minute. It is given up at `stop`, or when the task is cancelled. `attempt` tells of its failure itself. Returns
  /// whether it succeeded.
  @discardableResult
  public nonisolated(nonsending) func insist(_ attempt: () async -> Bool) async -> Bool {
    var pause = Duration.milliseconds(100)
    while await !attempt() {
      guard !isStopped, (try? await Task.sleep(for: pause)) != nil else { return false }
      pause = min(pause * 2, .seconds(30))
    }
    return true
  }
}
