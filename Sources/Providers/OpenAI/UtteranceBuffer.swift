import Audio
import VoicePipeline

/// Collects the frames of an utterance for a recogniser that takes it whole: what the voice activity detector called
/// speech, with a margin around it. Sans-IO.
struct UtteranceBuffer {
  /// How much is kept before the first and after the last speech: soft beginnings and ends that the detector missed.
  static let margin = Duration.milliseconds(300)
  /// How much of a pause inside an utterance is kept; more costs the recogniser time and tells it nothing.
  static let longestPause = Duration.seconds(1)
  /// How long an utterance may be; what follows is dropped and counted.
  static let maximumLength = Duration.seconds(60)

  /// Samples that did not fit, or came at another rate.
  private(set) var droppedSamples = 0

  private let sampleRate: Int
  private var speech: [Int16] = []
  private var silence: [Int16] = []
  private var hasSpeech = false

  init(sampleRate: Int) {
    self.sampleRate = max(1, sampleRate)
  }

  /// Takes the next frame.
  mutating func append(_ frame: AudioFrame) {
    guard frame.sampleRate == sampleRate else {
      droppedSamples &+= frame.samples.count
      return
    }
    guard frame.isSpeech else {
      silence += frame.samples
      let limit = count(hasSpeech ? Self.longestPause : Self.margin)
      if silence.count > limit {
        // Before speech the newest silence is the margin. After it, the beginning is the margin of the end, and the
        // newest that of the next beginning.
        let kept = hasSpeech ? min(count(Self.margin), limit) : 0
        silence.removeSubrange(kept..<(kept + silence.count - limit))
      }
      return
    }
    let room = count(Self.maximumLength) - speech.count
    let added = silence + frame.samples
    speech += added.prefix(max(0, room))
    droppedSamples &+= max(0, added.count - max(0, room))
    silence.removeAll(keepingCapacity: true)
    hasSpeech = true
  }

  /// Ends the utterance and gives its samples, empty if there was no speech. What is silent behind it is kept as the
  /// margin of the next.
  mutating func take() -> [Int16] {
    guard hasSpeech else { return [] }
    let margin = count(Self.margin)
    let taken = speech + silence.prefix(margin)
    silence = Array(silence.suffix(margin))
    speech = []
    hasSpeech = false
    return taken
  }

  private func count(_ duration: Duration) -> Int {
    let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    return Int(milliseconds) * sampleRate / 1000
  }
}
