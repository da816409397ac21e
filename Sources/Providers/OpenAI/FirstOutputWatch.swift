import Audio
import Coordination
import VoicePipeline

/// Runs work whose first useful output must come within a time; past it the work is cancelled and fails with `timedOut`.
/// Headers, an empty delta or a comment are no output: a provider that opens an answer and then says nothing is found
/// out.
final class FirstOutputWatch: Sendable {
  private enum State {
    case waiting, delivered, expired
  }

  private let state = Locked(State.waiting)

  /// Runs `work`, which calls `delivered` at its first output. Throws what `work` throws, or `ProviderError`.
  static func run(
    within limit: Duration, _ work: @escaping @Sendable (FirstOutputWatch) async throws -> Void
  ) async throws {
    let watch = FirstOutputWatch()
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await work(watch) }
        group.addTask {
          try await Task.sleep(for: limit)
          guard watch.expire() else {
            // Output came in time: what is left of the work is under other limits.
            return try await Task.sleep(for: .seconds(86400))
          }
          throw CancellationError()
        }
        try await group.next()
        group.cancelAll()
      }
    } catch {
      guard watch.state.withLock({ $0 == .expired }) else { throw error }
      throw ProviderError(
        .timedOut, provider: OpenAIClient.provider,
        message: "nothing useful within \(limit); check the network and the provider's status page")
    }
  }

  /// The first output is there.
  func delivered() {
    state.withLock { if $0 == .waiting { $0 = .delivered } }
  }

  /// True if nothing had been delivered.
  private func expire() -> Bool {
    state.withLock { state in
      guard state == .waiting else { return false }
      state = .expired
      return true
    }
  }
}
