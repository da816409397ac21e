/// One alarm that is set again and again to the earliest time at which its owner has something to do.
///
/// It may ring early, after a deadline that was put off: whoever hears it looks at the time, and sets it anew. That
/// spares a task for each time that a deadline moves away, as most do.
public final class Alarm<Time: Comparable & Sendable>: Sendable {
  private struct State {
    var deadline: Time?
    var sleeper: TaskOwner.Token?
  }

  private let tasks: TaskOwner
  private let sleep: @Sendable (Time) async throws -> Void
  private let state = Locked(State())

  /// An alarm whose tasks are those of `tasks`, and which is silent when they have ended; `sleep` returns at a time, or
  /// throws when its task is cancelled.
  public init(in tasks: TaskOwner, sleep: @escaping @Sendable (Time) async throws -> Void) {
    self.tasks = tasks
    self.sleep = sleep
  }

  /// Has `ring` called, on the caller's actor, at `deadline` or before; never if it is nil. To be called from one
  /// actor, or under one lock.
  public func set(
    _ deadline: Time?, isolation: isolated (any Actor)? = #isolation, ring: sending @escaping () async -> Void
  ) {
    let (isCovered, former) = state.withLock { state -> (Bool, TaskOwner.Token?) in
      if let deadline, let armed = state.deadline, armed <= deadline { return (true, nil) }
      defer { state = State(deadline: deadline, sleeper: nil) }
      return (deadline == nil, state.sleeper)
    }
    if let former { tasks.cancel(former) }
    guard !isCovered, let deadline else { return }
    let sleeper = tasks.start {
      do { try await self.sleep(deadline) } catch { return }
      guard !Task.isCancelled else { return }
      self.state.withLock { if $0.deadline == deadline { $0 = State() } }
      await ring()
    }
    state.withLock { if $0.deadline == deadline { $0.sleeper = sleeper } }
  }
}
