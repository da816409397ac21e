/// A place in what is said on a line: the number of samples that were ever queued before it, at the line's own rate.
///
/// What is dropped keeps its numbers, so that positions never repeat.
public struct LinePosition: Sendable, Hashable {
  /// Samples before it.
  public let samples: UInt64

  /// The place behind `samples` samples.
  public init(_ samples: UInt64) {
    self.samples = samples
  }

  /// Where the line began.
  public static let start = LinePosition(0)

  /// The place `count` samples further on, or, with a negative count, before; never before the line's beginning.
  public func advanced(by count: Int) -> LinePosition {
    if count >= 0 { return LinePosition(samples &+ UInt64(count)) }
    return LinePosition(samples - min(samples, UInt64(count.magnitude)))
  }

  /// How many samples it lies behind `other`; 0 if it lies before.
  public func samples(since other: LinePosition) -> UInt64 {
    samples > other.samples ? samples - other.samples : 0
  }

  /// How long a line of `sampleRate` Hz takes from `other` to here; zero if it lies before.
  public func duration(since other: LinePosition, at sampleRate: Int) -> Duration {
    let distance = Int64(clamping: min(samples(since: other), 1 << 40))
    return .microseconds(distance * 1_000_000 / Int64(max(1, sampleRate)))
  }
}

extension LinePosition: Comparable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The place behind so many samples.
  public init(integerLiteral value: UInt64) { self.init(value) }
  /// Whether the left comes first.
  public static func < (left: LinePosition, right: LinePosition) -> Bool { left.samples < right.samples }
  /// The number of samples.
  public var description: String { String(samples) }
}
