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
