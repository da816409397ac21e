/// A clock's alarm that is set anew again and again: what it was set to before does not ring any more.
///
/// It owns the task that sleeps, so that whoever owns the alarm leaves none behind.
public final class Alarm: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var setting: UInt64 = 0
    var isStopped = false
  }

  private let ring: @Sendable () async -> Void
  private let state = Locked(State())

  /// An alarm that does `ring` when its time has come.
  public init(_ ring: @escaping @Sendable () async -> Void) {
    self.ring = ring
  }

  deinit { state.withLock { $0.task }?.cancel() }

  /// Rings once `sleep` has returned, in place of what it was set to; nil for not at all. A `sleep` that throws does not
  /// ring. A ring that has begun is not taken back.
  public func set(_ sleep: (@Sendable () async throws -> Void)?) {
    let old = state.withLock { state in
      defer { state.task = nil }
      state.setting += 1
      guard let sleep, !state.isStopped else { return state.task }
      let old = state.task
      let setting = state.setting
      let task = Task { [weak self] in
        guard (try? await sleep()) != nil, let self, self.isStill(setting) else { return }
        await self.ring()
      }
      defer { state.task = task }
      return old
    }
    old?.cancel()
  }

  /// Rings at `instant`, in place of what it was set to; nil for not at all.
  public func set(at instant: ContinuousClock.Instant?) {
    guard let instant else { return set(nil) }
    set { try await ContinuousClock().sleep(until: instant) }
  }

  private func isStill(_ setting: UInt64) -> Bool { state.withLock { $0.setting == setting && !$0.isStopped } }

  /// Does not ring any more, and can't be set again. Returns when a ring that has begun has ended: not to be called from
  /// the ring itself.
  public func stop() async {
    let task = state.withLock { state in
      state.isStopped = true
      defer { state.task = nil }
      return state.task
    }
    task?.cancel()
    await task?.value
  }
}
