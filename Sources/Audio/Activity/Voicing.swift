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
