/// Owns tasks: holds each from its start to its end, and can wait for the last of them, so that nothing goes on behind
/// the back of an owner that believes to be done.
///
/// ```swift
/// let tasks = TaskOwner(limit: 64)
/// tasks.start { await tell(customer) }
/// await tasks.finish()  // All that was begun has been done.
/// ```
public final class TaskOwner: Sendable {
  /// Names one of the tasks.
  public struct Token: Sendable, Hashable {
    fileprivate let number: Int
  }

  private struct State {
    var count = 0
    var tasks: [Int: Task<Void, Never>] = [:]
    var isClosed = false
  }

  private let limit: Int
  private let state = Locked(State())

  /// An owner without tasks, which has at most `limit` at a time.
  public init(limit: Int = .max) {
    self.limit = limit
  }

  /// How many tasks it has.
  public var count: Int { state.withLock { $0.tasks.count } }

  /// Runs `body` in a task on the caller's actor; nil, and nothing runs, if there are too many, or at the owner's end.
  @discardableResult
  public func start(
    isolation: isolated (any Actor)? = #isolation, _ body: sending @escaping () async -> Void
  ) -> Token? {
    // Begun inside the lock, so that no task can end, nor the owner, before the task is noted.
    state.withLock { state in
      guard !state.isClosed, state.tasks.count < limit else { return nil }
      state.count += 1
      let number = state.count
      state.tasks[number] = Task {
        // It begins on the caller's actor, without a hop.
        _ = isolation
        await body()
        self.state.withLock { $0.tasks[number] = nil }
      }
      return Token(number: number)
    }
  }

  /// Cancels one task; it stays here until it has ended.
  public func cancel(_ token: Token) {
    state.withLock { $0.tasks[token.number] }?.cancel()
  }

  /// Returns when all tasks have done what they do. Nothing can be started from here on.
  public func finish() async {
    for task in close() { await task.value }
  }

  /// Cancels all tasks and returns when they have ended. Nothing can be started from here on.
  public func end() async {
    let tasks = close()
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  /// Cancels all tasks, for whoever can't wait for them, such as a `deinit`. Nothing can be started from here on.
  public func cancelAll() {
    for task in close() { task.cancel() }
  }

  private func close() -> [Task<Void, Never>] {
    state.withLock { state in
      state.isClosed = true
      return Array(state.tasks.values)
    }
  }
}
