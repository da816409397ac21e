/// Keypad tones (ITU-T Q.23), and tones that do not move.
struct ToneTest: Sendable {
  private var lastCenter: Float = 0
  private var lastLevel: Float = -120
  private var steady = 0
  private var beating = 0
  private var isLastKey = false

  mutating func isTone(_ power: Span<Float>, level: Float, samples: Int) -> Bool {
    var total: Float = 0
    var moment: Float = 0
    for line in 5..<124 {
      total += power[line]
      moment += power[line] * Float(line)
    }
    guard total > 0 else { return false }
    let center = moment / total * 31.25
    let first = Self.strongest(power, without: -100)
    let second = Self.strongest(power, without: first.line)
    let share = (first.power + second.power) / total
    let low = min(first.frequency, second.frequency)
    let high = max(first.frequency, second.frequency)
    // A vowel's two strongest harmonics may lie where a key's tones do, but they never hold all of its power for long.
    let looksLikeKey =
      share > 0.94 && second.power > first.power * 0.1 && Self.distance(low, 697, 770, 852, 941) < 16
      && Self.distance(high, 1209, 1336, 1477, 1633) < 20
    let wasKey = isLastKey
    isLastKey = looksLikeKey
    // A hummed nasal comes near to a sine too, but its pitch and its level wander.
    let isSteady = share > 0.98 && abs(center - lastCenter) < 6 && abs(level - lastLevel) < 0.5
    steady = isSteady ? min(steady + samples, 480) : 0
    // Two tones beat: their level moves, and only their place stands still.
    let isBeating = share > 0.98 && abs(center - lastCenter) < 10 && abs(level - lastLevel) < 8
    beating = isBeating ? min(beating + samples, 1440) : 0
    lastCenter = center
    lastLevel = level
    // The frame in which a key is let go holds too little of it to be known by.
    return looksLikeKey || wasKey || steady >= 480 || beating >= 1440
  }

  private static func distance(_ value: Float, _ a: Float, _ b: Float, _ c: Float, _ d: Float) -> Float {
    min(min(abs(value - a), abs(value - b)), min(abs(value - c), abs(value - d)))
  }

  /// The strongest line and what is around it, as wide as the window makes a sine.
  private static func strongest(
    _ power: Span<Float>, without taken: Int
  ) -> (line: Int, power: Float, frequency: Float) {
    var best = 0
    var highest: Float = -1
    for line in 5..<124 where abs(line - taken) > 6 && power[line] > highest {
      highest = power[line]
      best = line
    }
    guard best > 0 else { return (0, 0, 0) }
    var sum: Float = 0
    var moment: Float = 0
    for line in max(0, best - 4)...min(127, best + 4) where abs(line - taken) > 4 {
      sum += power[line]
      moment += power[line] * Float(line)
    }
    return (best, sum, sum > 0 ? moment / sum * 31.25 : 0)
  }
}
