import Locking

/// Owns tasks: holds each from its start to its end, and can wait for the last of them, so that nothing goes on behind
/// the back of an owner that believes to be done.
package final class TaskOwner: Sendable {
  /// Names one of the tasks.
  package struct Token: Sendable, Hashable {
    fileprivate let number: Int
  }

  private struct State {
    var count = 0
    var tasks: [Int: Task<Void, Never>] = [:]
    var isClosed = false
  }

  private let state = Locked(State())

  /// An owner without tasks.
  package init() {}

  /// Runs `body` in a task on the caller's actor; nil, and nothing runs, once `end` was called.
  @discardableResult
  package func start(
    isolation: isolated (any Actor)? = #isolation, _ body: sending @escaping () async -> Void
  ) -> Token? {
    // Begun inside the lock, so that no task can end, nor the owner, before the task is noted.
    state.withLock { state in
      guard !state.isClosed else { return nil }
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
  package func cancel(_ token: Token) {
    state.withLock { $0.tasks[token.number] }?.cancel()
  }

  /// Cancels all tasks and returns when they have ended. Nothing can be started from here on.
  package func end() async {
    let tasks = close()
    for task in tasks { await task.value }
  }

  /// Cancels all tasks, for whoever can't wait for them, such as a `deinit`. Nothing can be started from here on.
  package func cancelAll() { _ = close() }

  private func close() -> [Task<Void, Never>] {
    let tasks = state.withLock { state in
      state.isClosed = true
      return Array(state.tasks.values)
    }
    for task in tasks { task.cancel() }
    return tasks
  }
}
