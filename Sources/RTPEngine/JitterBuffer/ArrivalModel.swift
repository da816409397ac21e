/// What the arrivals of one source say about its network: the delay of the fastest packets, which follows a drifting
/// clock, and the delay to aim at above it.
///
/// A transit is arrival less timestamp, in microseconds; only differences between transits mean anything.
///
/// Media path: does not allocate.
struct ArrivalModel: ~Copyable {
  /// Packets in order that may come after the target: they stretch playout by a frame, but nothing is lost.
  static let lateShare: Float = 0.03
  /// Overtaken packets that may come after the target: each of them is lost, so fewer.
  static let overtakenShare: Float = 0.005

  private var inOrder = DelayHistogram()
  private var overtaken = DelayHistogram()
  /// The fastest transit of each of the last seconds. Eight of them outlast a stall, and a slow sender's clock at
  /// 0.1 % moves the base by 8 ms at most in that time.
  private var minima = [Int64](repeating: .max, count: 8)
  private var second: Int64 = .min
  private var previousTransit: Int64 = 0
  private var previousArrival: Int64?

  /// Transit of the fastest packets lately.
  private(set) var base: Int64 = 0
  /// Microseconds above `base` at which nearly all packets have come.
  private(set) var target: Int64 = 0

  init() {}

  /// Takes note of a packet that came at `arrival` (microseconds) with `transit`.
  mutating func insert(arrival: Int64, transit: Int64, isOvertaken: Bool) {
    let now = arrival / 1_000_000
    if second == .min {
      second = now
    } else if now > second {
      var forgotten = min(now - second, Int64(minima.count))
      while forgotten > 0 {
        minima[Int((now - forgotten + 1) & 7)] = .max
        forgotten -= 1
      }
      second = now
    }
    let slot = Int(second & 7)
    minima[slot] = min(minima[slot], transit)
    var fastest = Int64.max
    for minimum in minima { fastest = min(fastest, minimum) }
    base = fastest

    let delay = transit - base
    if isOvertaken {
      overtaken.insert(microseconds: delay)
    } else {
      overtaken.insert(microseconds: 0)
      // What comes right behind a packet that was held up was held up with it: one event, counted once.
      let isSameBurst = previousArrival.map { arrival - $0 < 2000 && transit < previousTransit } ?? false
      if !isSameBurst { inOrder.insert(microseconds: delay) }
      previousArrival = arrival
      previousTransit = transit
    }
    target = max(
      inOrder.quantile(exceeding: ArrivalModel.lateShare), overtaken.quantile(exceeding: ArrivalModel.overtakenShare))
  }

  /// Forgets everything.
  mutating func reset() {
    inOrder.reset()
    overtaken.reset()
    for index in minima.indices { minima[index] = .max }
    second = .min
    previousArrival = nil
    base = 0
    target = 0
  }
}
