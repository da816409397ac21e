import Foundation

/// Between the clock on the wall of a place and the time of the world, in seconds.
struct LocalTime: Sendable, Equatable {
  let zone: TimeZone

  /// From 1970 to 9999: what lies outside is a mistake of whoever sent it, and calendars of the system do odd things there.
  private static let range: ClosedRange<Int64> = 0...253_402_300_799

  /// How far the clock on the wall is ahead at `second`.
  func offset(at second: Int64) -> Int64 {
    let second = min(max(second, Self.range.lowerBound), Self.range.upperBound)
    return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
  }

  /// The day that it is on the wall at `second`, since 1970-01-01.
  func day(at second: Int64) -> Int {
    let second = min(max(second, Self.range.lowerBound), Self.range.upperBound)
    return Int((Double(second + offset(at: second)) / 86_400).rounded(.down))
  }

  /// When the clock on the wall shows `wall`, which is in seconds since its own 1970-01-01T00:00. When clocks are put
  /// back that is twice; when they are put forward it may be never, and then it is the moment when they are.
  func seconds(atWall wall: Int64) -> (first: Int64, last: Int64) {
    let before = offset(at: wall - 86_400)
    let after = offset(at: wall + 86_400)
    guard before != after else { return (wall - before, wall - before) }
    let fits = [wall - before, wall - after].filter { $0 + offset(at: $0) == wall }.sorted()
    if let first = fits.first, let last = fits.last { return (first, last) }
    var early = wall - max(before, after)
    var late = wall - min(before, after)
    while late - early > 1 {
      let middle = early + (late - early) / 2
      if offset(at: middle) == before { early = middle } else { late = middle }
    }
    return (late, late)
  }
}
