import Coordination

/// So many at once; who comes later waits in line. Bounds what work may cost in memory and in processors.
final class Slots: Sendable {
  private struct State {
    var free: Int
    var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    var count = 0
  }

  private let state: Locked<State>

  init(_ count: Int) { state = Locked(State(free: max(1, count))) }

  /// How many wait in line.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Runs `body` once there is room. Throws `CancellationError` if the task is cancelled while it waits.
  func withSlot<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    guard await take() else { throw CancellationError() }
    defer { giveBack() }
    return try await body()
  }

  private func take() async -> Bool {
    let id = state.withLock { state in
      state.count += 1
      return state.count
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          guard state.free == 0 else {
            state.free -= 1
            return true
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return state.waiting.remove(at: index).continuation
      }
      waiting?.resume(returning: false)
    }
  }

  private func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
