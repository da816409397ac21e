import Audio

/// Decides, packet by packet, whether the caller has spoken enough to be let in.
///
/// Speech is counted from its onset while playout runs; the first packet counts with its whole length. One packet
/// without speech is bridged (a stop consonant, a lost packet), two in a row are the end of that speech.
///
/// Media path: does not allocate.
struct BargeInGate {
  private let frame: Duration
  private var needed: Int
  private var isEnabled: Bool
  private var speech = 0
  private var dip = 0

  /// A gate for packets of length `frame`.
  init(policy: InterruptionPolicy = InterruptionPolicy(), frame: Duration = .milliseconds(20)) {
    self.frame = frame
    isEnabled = policy.isEnabled
    needed = Self.frames(policy.speech, of: frame)
  }

  /// Replaces the policy. Speech counted so far counts on.
  mutating func arm(_ policy: InterruptionPolicy) {
    isEnabled = policy.isEnabled
    needed = Self.frames(policy.speech, of: frame)
  }

  /// Takes one packet's voice activity; true in the packet that meets the condition, and then not before new speech.
  mutating func process(isSpeech: Bool, isPlaying: Bool) -> Bool {
    guard isEnabled, isPlaying else {
      speech = 0
      dip = 0
      return false
    }
    if isSpeech {
      speech += 1
      dip = 0
      if speech >= needed {
        speech = 0
        return true
      }
    } else if speech > 0 {
      dip += 1
      if dip > 1 {
        speech = 0
        dip = 0
      }
    }
    return false
  }

  private static func frames(_ speech: Duration, of frame: Duration) -> Int {
    let bounded = min(max(speech, .milliseconds(40)), .seconds(2))
    return max(1, Int((bounded / frame).rounded(.up)))
  }
}
