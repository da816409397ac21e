import Coordination

/// Wakes those who wait until something has become true.
final class CloudChangeSignal: Sendable {
  private struct State {
    var next = 0
    var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
  }

  private let state = Locked(State())

  /// Something has changed.
  func fire() {
    for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
  }

  /// Waits until `value` is not nil.
  func first<Value: Sendable>(
    within limit: Duration, _ what: String, _ value: @escaping @Sendable () -> Value?
  ) async throws(CloudTimeout) -> Value {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      state.next += 1
      state.listeners[state.next] = continuation
      return state.next
    }
    defer { state.withLock { _ = $0.listeners.removeValue(forKey: number) } }
    continuation.yield()
    let timer = Task {
      try? await Task.sleep(for: limit)
      continuation.finish()
    }
    defer { timer.cancel() }
    for await _ in stream {
      if let value = value() { return value }
    }
    if let value = value() { return value }
    throw CloudTimeout(what: what, limit: limit)
  }
}

/// What was waited for did not come in time.
public struct CloudTimeout: Error, CustomStringConvertible {
  /// What was waited for.
  public var what: String
  /// How long.
  public var limit: Duration

  /// Both in words.
  public var description: String { "\(what) did not come within \(limit)" }
}
