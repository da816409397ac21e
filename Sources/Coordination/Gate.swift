/// Something that happens once, and that any number of tasks may wait for.
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var next: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Locked(State())

  /// A gate, open from the start or not.
  public init(isOpen: Bool = false) {
    state.withLock { $0.isOpen = isOpen }
  }

  /// Whether it has happened.
  public var isOpen: Bool { state.withLock { $0.isOpen } }

  /// It has happened: all who wait go on, and nobody waits from now on. May be called more than once.
  public func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Waits until it has happened, or until the task is cancelled.
  public func wait() async {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.isOpen || Task.isCancelled { return true }
          state.waiting[number] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
    }
  }
}
