/// An answer that someone waits for. It comes once; when it is forgotten, it is `fallback`.
public final class Reply<Value: Sendable>: Sendable {
  private let continuation: Locked<CheckedContinuation<Value, Never>?>
  private let fallback: Value

  /// What `continuation` waits for, which is `fallback` if nobody answers.
  public init(_ continuation: CheckedContinuation<Value, Never>, fallback: Value) {
    self.continuation = Locked(continuation)
    self.fallback = fallback
  }

  deinit { send(fallback) }

  /// Answers; the first answer counts.
  public func send(_ value: Value) {
    let waiting = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume(returning: value)
  }
}
