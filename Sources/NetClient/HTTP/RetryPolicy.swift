/// When a request that failed before any useful output is sent again, and how long after: the rules of the official
/// OpenAI clients, which other providers' clients share.
public struct RetryPolicy: Sendable, Equatable {
  /// How often a request is sent again. Default 2.
  public var maximumRetries: Int
  /// The first pause; each further one is twice as long. Default 0.5 s.
  public var initialPause: Duration
  /// The longest pause of our own making. Default 8 s.
  public var maximumPause: Duration
  /// The longest pause that a server may ask for; what asks for more is obeyed with a pause of our own. Default 120 s.
  public var maximumServerPause: Duration

  /// A policy; the defaults are those of the official clients.
  public init(
    maximumRetries: Int = 2, initialPause: Duration = .milliseconds(500), maximumPause: Duration = .seconds(8),
    maximumServerPause: Duration = .seconds(120)
  ) {
    self.maximumRetries = maximumRetries
    self.initialPause = initialPause
    self.maximumPause = maximumPause
    self.maximumServerPause = maximumServerPause
  }

  /// Never again.
  public static let never = RetryPolicy(maximumRetries: 0)

  /// The pause before the next attempt, or nil if there shall be none.
  /// - Parameters:
  ///   - attempt: how many retries have already been made, from 0.
  ///   - status: of the answer.
  ///   - header: looks up a header of the answer.
  ///   - jitter: 0 to 1, a random number; the pause is shortened by up to a quarter of itself.
  public func pause(afterAttempt attempt: Int, status: Int, header: (String) -> String?, jitter: Double) -> Duration? {
    guard attempt < maximumRetries else { return nil }
    switch header("x-should-retry")?.lowercased() {
    case "true": break
    case "false": return nil
    default:
      guard status == 408 || status == 409 || status == 429 || status >= 500 else { return nil }
    }
    if let asked = Self.serverPause(header), asked > .zero, asked <= maximumServerPause { return asked }
    return ownPause(attempt, jitter)
  }

  /// The pause before the next attempt after no answer at all, or nil if there shall be none.
  public func pause(afterAttempt attempt: Int, error: HTTPError, jitter: Double) -> Duration? {
    guard attempt < maximumRetries else { return nil }
    switch error.kind {
    case .cannotResolve, .cannotConnect, .interrupted, .timedOut(.connect), .timedOut(.firstByte):
      return ownPause(attempt, jitter)
    case .tls, .timedOut, .tooLarge, .invalidRequest, .cancelled:
      return nil
    }
  }

  /// What `retry-after-ms` or `retry-after` in seconds ask for; nil where neither is a plausible number. A date is not
  /// taken: it needs a clock that agrees with the server's.
  public static func serverPause(_ header: (String) -> String?) -> Duration? {
    if let text = header("retry-after-ms"), let value = Double(text), value.isFinite, value >= 0, value < 1e9 {
      return .milliseconds(value)
    }
    if let text = header("retry-after"), let value = Double(text), value.isFinite, value >= 0, value < 1e6 {
      return .seconds(value)
    }
    return nil
  }

  private func ownPause(_ attempt: Int, _ jitter: Double) -> Duration {
    let doubled = initialPause * Int(1 << min(max(attempt, 0), 16))
    return min(doubled, maximumPause) * (1 - 0.25 * min(max(jitter, 0), 1))
  }
}
