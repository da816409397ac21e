/// How long one step of the turns of calls took, counted over many turns.
public struct StepTimes: Sendable, Equatable {
  /// How many turns are looked at, the newest.
  public static let mostTurns = 20_000

  /// How many turns had it.
  public var count: Int
  /// Half of them took no longer, in milliseconds; nil if there were none. Likewise for the others.
  public var p50: Double?
  /// 95 of 100 took less.
  public var p95: Double?
  /// 99 of 100 took less.
  public var p99: Double?
  /// How many took at most each of the bounds that were asked for and more than the one before; at last how many took more
  /// than all. Each turn is in one of them.
  public var histogram: [Int]

  /// Figures.
  public init(count: Int, p50: Double?, p95: Double?, p99: Double?, histogram: [Int]) {
    self.count = count
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.histogram = histogram
  }
}
