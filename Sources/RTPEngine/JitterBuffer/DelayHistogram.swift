/// How late packets come relative to the fastest ones: a distribution that forgets, and its quantiles.
///
/// Instead of shrinking all old entries, each new one weighs more than the one before (by 1/0.998: about ten seconds
/// of packets count); the weights are scaled down when they get large.
///
/// Media path: does not allocate.
struct DelayHistogram: ~Copyable {
  /// Width of a bin: 1 ms, so that a quiet network costs a millisecond and no more.
  static let binMicroseconds: Int64 = 1000
  /// Delays of half a second and above fall into the last bin.
  static let bins = 512
  private static let growth: Float = 1 / 0.998

  private var weights: [Float]
  private var total: Float = 0
  private var weight: Float = 1

  init() {
    weights = Array(repeating: 0, count: DelayHistogram.bins)
  }

  /// Counts a packet that came `microseconds` later than the fastest.
  mutating func insert(microseconds: Int64) {
    let bin = min(max(microseconds, 0) / DelayHistogram.binMicroseconds, Int64(DelayHistogram.bins - 1))
    weights[Int(bin)] += weight
    total += weight
    weight *= DelayHistogram.growth
    if weight > 1e6 {
      let scale = 1 / weight
      total = 0
      for index in weights.indices {
        weights[index] *= scale
        total += weights[index]
      }
      weight = 1
    }
  }

  /// The delay in microseconds that all but the share `exceeding` of the packets keep to; 0 without packets.
  func quantile(exceeding: Float) -> Int64 {
    guard total > 0 else { return 0 }
    // From below: on a quiet network the answer lies in the first bins.
    let wanted = total * (1 - exceeding)
    var sum: Float = 0
    for (bin, weight) in weights.enumerated() {
      sum += weight
      if sum >= wanted { return Int64(bin + 1) * DelayHistogram.binMicroseconds }
    }
    return Int64(weights.count) * DelayHistogram.binMicroseconds
  }

  /// Forgets everything.
  mutating func reset() {
    for index in weights.indices { weights[index] = 0 }
    total = 0
    weight = 1
  }
}
