internal import SIPStack

/// How many lines of one kind a log takes: so many at once, then one an interval. Whoever causes them from outside must
/// not be able to fill the log.
struct LogAllowance: Sendable {
  private let burst: Int
  private let interval: Duration
  private var left: Int
  /// Since when fewer than `burst` are left, counted on by an interval for each that has been granted since.
  private var spentSince: Instant?
  private var untold = 0

  init(burst: Int, interval: Duration) {
    self.burst = burst
    self.interval = interval
    left = burst
  }

  /// Whether a line may be written: the number of those that were not since the last, or nil when this is not, either.
  mutating func take(at now: Instant) -> Int? {
    if let since = spentSince {
      let granted = Int(min(Double(burst - left), max(0, (now - since) / interval)))
      left += granted
      spentSince = left == burst ? nil : since + interval * granted
    }
    guard left > 0 else {
      untold += 1
      return nil
    }
    left -= 1
    if spentSince == nil { spentSince = now }
    defer { untold = 0 }
    return untold
  }
}
