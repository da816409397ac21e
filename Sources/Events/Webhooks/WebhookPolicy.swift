import Store

/// When a delivery to one endpoint is made again, and when the endpoint is left alone. A value without a clock.
struct WebhookPolicy: Sendable {
  /// Pauses after the first, second, … attempt that failed: ten attempts over a little more than three days, as Standard
  /// Webhooks proposes. Each is lengthened by up to a tenth, so that what failed together does not come back together.
  static let pauses: [Duration] = [
    .seconds(5), .seconds(300), .seconds(1800), .seconds(2 * 3600), .seconds(5 * 3600), .seconds(10 * 3600),
    .seconds(14 * 3600), .seconds(20 * 3600), .seconds(24 * 3600),
  ]
  /// The longest pause that an endpoint may ask for.
  static let longestAsked = Duration.seconds(24 * 3600)
  /// An endpoint that fails again and again is asked once a minute at most.
  static let longestRest = Duration.seconds(60)

  /// What came of a request.
  enum Result: Sendable, Equatable {
    /// An answer; `retryAfter` is the pause that it asks for.
    case answered(status: Int, retryAfter: Duration?)
    /// None, and why.
    case failed(String)
  }

  /// Nothing is sent before.
  private(set) var restsUntil: Timestamp?
  /// The endpoint wants nothing any more (410).
  private(set) var isDisabled = false
  private var failuresInARow = 0

  /// Whether a request may be made now.
  func maySend(at now: Timestamp) -> Bool { !isDisabled && (restsUntil.map { $0 <= now } ?? true) }

  /// What becomes of a delivery of which this was attempt number `attempts`, from 1.
  ///
  /// - Parameter jitter: 0 to 1, a random number.
  mutating func outcome(of result: Result, attempts: Int, at now: Timestamp, jitter: Double) -> WebhookOutcome {
    let reason: String
    var answer: Int?
    var asked: Duration?
    switch result {
    case .answered(let status, _) where (200..<300).contains(status):
      failuresInARow = 0
      restsUntil = nil
      return .delivered(status: status)
    case .answered(410, _):
      isDisabled = true
      return .dead(status: 410, error: "the endpoint is gone")
    case .answered(let status, let retryAfter):
      answer = status
      reason = (300..<400).contains(status) ? "\(status): redirects are not followed" : "status \(status)"
      if [429, 502, 503, 504].contains(status) { asked = retryAfter.map { min($0, Self.longestAsked) } }
    case .failed(let why): reason = why
    }
    failuresInARow += 1
    let rest = min(.seconds(5) * (1 << min(failuresInARow - 1, 6)), Self.longestRest)
    restsUntil = now.advanced(by: max(rest, asked ?? .zero))
    guard attempts >= 1, attempts <= Self.pauses.count else { return .dead(status: answer, error: reason) }
    let pause = Self.pauses[attempts - 1] * (1 + 0.1 * min(max(jitter, 0), 1))
    return .retry(at: now.advanced(by: max(pause, asked ?? .zero)), status: answer, error: reason)
  }
}
