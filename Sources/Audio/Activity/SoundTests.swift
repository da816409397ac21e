#if canImport(Glibc)
  import Glibc
#endif

/// How steady the level has been over the last half second.
struct Steadiness: Sendable {
  private var levels: [25 of Float] = .init(repeating: -120)
  private var next = 0

  mutating func take(_ level: Float) {
    levels[next] = level
    next = (next + 1) % 25
  }

  /// Standard deviation in dB over the last 25 frames.
  var deviation: Float {
    let span = levels.span
    var sum: Float = 0
    var squares: Float = 0
    for index in 0..<25 {
      sum += span[index]
      squares += span[index] * span[index]
    }
    let mean = sum / 25
    return max(0, squares / 25 - mean * mean).squareRoot()
  }
}

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

/// Whether there is a pitch.
enum Voicing {
  /// Normalised cross-correlation of the last 20 ms with what lies one period before, for 62 to 400 Hz, on every other
  /// sample: over 0.6 it is a voice, or something else with a period.
  static func isVoiced(_ history: Span<Float>) -> Bool {
    guard history.count >= 320 else { return false }
    var energy: Float = 1e-9
    var index = 160
    while index < 320 {
      energy += history[index] * history[index]
      index += 2
    }
    var lag = 20
    while lag <= 128 {
      var cross: Float = 0
      var earlier: Float = 1e-9
      index = 160
      while index < 320 {
        let then = history[index - lag]
        cross += history[index] * then
        earlier += then * then
        index += 2
      }
      if cross > 0, cross * cross > 0.36 * energy * earlier { return true }
      lag += 1
    }
    return false
  }
}

/// Puts frames together to utterances: begins after enough speech within a short while, ends after enough silence.
struct Utterance: Sendable {
  private let onset: Int
  private let hangover: Int
  private(set) var isOpen = false
  private var speech = 0
  private var silence = 0

  init(onset: Duration, hangover: Duration) {
    self.onset = Self.samples(onset, atMost: 480)
    self.hangover = Self.samples(hangover, atMost: 80_000)
  }

  mutating func take(isSpeech: Bool, samples: Int) {
    if isSpeech {
      speech = min(speech + samples, 480)
      silence = 0
      if speech >= onset { isOpen = true }
    } else {
      // A gap takes back what speech gave, so that rare single frames never add up.
      speech = max(0, speech - samples)
      silence = min(silence + samples, 80_000)
      if silence >= hangover { isOpen = false }
    }
  }

  /// Samples of 8 kHz, at least one 10 ms frame.
  private static func samples(_ duration: Duration, atMost most: Int) -> Int {
    let (seconds, attoseconds) = duration.components
    guard seconds < 10 else { return most }
    guard seconds >= 0 else { return 80 }
    return max(80, min(most, Int(seconds) * 8000 + Int(attoseconds / 125_000_000_000_000)))
  }
}
