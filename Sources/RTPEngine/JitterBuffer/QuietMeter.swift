/// Tells the frames among which one more or one less is not heard: those near the line's own noise.
///
/// Media path: does not allocate.
struct QuietMeter: Sendable {
  /// Mean magnitude that is always quiet: about −60 dBFS.
  private static let always = 32
  /// And one that never is, however noisy the line: about −30 dBFS.
  private static let never = 1000

  /// Mean magnitude of the line's noise in 1/256: falls at once, and doubles in some 3.5 s of sound.
  private var floor = QuietMeter.always * 256

  /// Whether `frame` is quiet. Each call counts as one frame for the noise floor.
  mutating func isQuiet(_ frame: Span<Int16>) -> Bool {
    guard !frame.isEmpty else { return true }
    var sum = 0
    for index in 0..<frame.count { sum += abs(Int(frame[index])) }
    let level = sum / frame.count
    floor = min(level * 256, floor + floor / 256 + 1)
    // 6 dB above the floor.
    return level < QuietMeter.never && level <= max(QuietMeter.always, floor * 2 / 256)
  }
}
