public import Audio
public import FoundationEssentials

/// The time of a conversation, so that a test can let it stand still.
public protocol ConversationClock: Sendable {
  /// The present instant.
  var now: Instant { get }
  /// The time of day, for what is kept. Default the machine's.
  var date: Date { get }
  /// Returns at `deadline`, at once if it has passed. Throws `CancellationError` when the task is cancelled.
  func sleep(until deadline: Instant) async throws
}

extension ConversationClock {
  /// The machine's.
  public var date: Date { Date() }
}

/// The monotonic clock of the machine.
public struct MonotonicClock: ConversationClock {
  /// The clock.
  public init() {}
  /// The present instant.
  public var now: Instant { .now }
  /// Returns at `deadline`.
  public func sleep(until deadline: Instant) async throws {
    try await Task.sleep(until: deadline, tolerance: .zero, clock: .continuous)
  }
}
