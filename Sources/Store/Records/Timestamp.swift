/// A point in time on the wall clock, in milliseconds since 1970. Records carry it; nothing that measures does.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  /// Since 1970-01-01T00:00:00Z.
  public var milliseconds: Int64

  /// `milliseconds` since 1970.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// `seconds` since 1970; absurd values are clamped, since they come from peers.
  public init(seconds: Int64) {
    let (value, overflows) = seconds.multipliedReportingOverflow(by: 1000)
    milliseconds = overflows ? (seconds < 0 ? .min : .max) : value
  }

  /// As a bare number.
  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// As a bare number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  /// The earlier is the smaller.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  /// `duration` later; stops at the ends of time.
  public func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1000)
    let step = overflows ? (seconds < 0 ? Int64.min : .max) : whole
    let (sum, overflowsToo) = milliseconds.addingReportingOverflow(step)
    if overflowsToo { return Timestamp(milliseconds: step < 0 ? .min : .max) }
    let (result, overflowsAgain) = sum.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return Timestamp(milliseconds: overflowsAgain ? sum : result)
  }

  /// From here to `other`; zero where it can't be told.
  public func duration(to other: Timestamp) -> Duration {
    let (difference, overflows) = other.milliseconds.subtractingReportingOverflow(milliseconds)
    return overflows ? .zero : .milliseconds(difference)
  }
}
