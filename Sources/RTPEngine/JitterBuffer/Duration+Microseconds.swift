extension Duration {
  /// Whole microseconds; a duration of ages saturates.
  var inMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return seconds < 0 ? .min / 2 : .max / 2 }
    return scaled &+ attoseconds / 1_000_000_000_000
  }
}
