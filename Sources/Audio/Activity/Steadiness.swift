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
