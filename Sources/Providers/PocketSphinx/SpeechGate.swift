import Audio
import VoicePipeline

/// Lets through speech with a little before and behind it, so that silence neither costs nor confuses the engine.
struct SpeechGate {
  /// Kept from before speech was noticed: a detector needs some frames to be sure, and plosives begin softly.
  static let before: Duration = .milliseconds(300)
  /// Let through after speech stopped, so that the last word can end.
  static let after: Duration = .milliseconds(200)

  private var waiting: [AudioFrame] = []
  private var waitingFor: Duration = .zero
  private var tail: Duration = .zero

  /// The frames to feed now: none, this one, or it and those before it.
  mutating func pass(_ frame: AudioFrame) -> [AudioFrame] {
    if frame.isSpeech {
      defer {
        waiting.removeAll(keepingCapacity: true)
        waitingFor = .zero
      }
      tail = Self.after
      return waiting + [frame]
    }
    if tail > .zero {
      tail -= frame.duration
      return [frame]
    }
    waiting.append(frame)
    waitingFor += frame.duration
    while waitingFor > Self.before, let oldest = waiting.first {
      waiting.removeFirst()
      waitingFor -= oldest.duration
    }
    return []
  }
}
