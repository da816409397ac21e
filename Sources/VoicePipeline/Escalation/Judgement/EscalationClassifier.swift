/// Judges beside the rules whether a person should take over. What it says is advice: it comes from a closed list, it is
/// joined with the rules by precedence, and a bad or late answer is none.
public protocol EscalationClassifier: Sendable {
  /// Judges the end of a conversation; `turns` is what was said, oldest first. Throws `ProviderError` or
  /// `CancellationError`.
  func judge(_ turns: [EvidenceItem]) async throws -> EscalationVerdict
}

/// What a classifier says.
public enum EscalationVerdict: Sendable, Equatable {
  /// The assistant may go on.
  case goOn
  /// A person should take over; `turns` are the ids that show it.
  case handOff(EscalationKind, turns: [String])
}

/// Runs work of which nobody may be kept waiting.
enum TimeLimit {
  /// What `work` gives; nil if that takes longer than `limit`, in which case it is cancelled. Throws what `work` throws.
  static func run<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}

extension EscalationClassifier {
  /// The verdict on `turns` within `limit`; nil if there is none, with `trouble` told why in one line.
  package func verdict(
    on turns: [EvidenceItem], within limit: Duration, trouble: @Sendable (String) -> Void
  ) async -> EscalationVerdict? {
    do {
      if let verdict = try await TimeLimit.run(limit, { try await judge(turns) }) { return verdict }
      trouble("no verdict within \(limit)")
    } catch is CancellationError {
      // Whoever cancels knows.
    } catch {
      trouble("\(error)")
    }
    return nil
  }
}
