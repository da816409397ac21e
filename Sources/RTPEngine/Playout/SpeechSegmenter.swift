public import Audio

/// Turns voice activity of single packets into the beginning and the end of speech.
///
/// Media path: does not allocate.
public struct SpeechSegmenter: Sendable {
  /// How eager it is.
  public struct Configuration: Sendable, Equatable {
    /// Length of one packet. Default 20 ms.
    public var frame: Duration = .milliseconds(20)
    /// Packets with speech, within `onsetWindow`, that make a beginning. Default 2: one alone is a click.
    public var onsetFrames = 2
    /// Packets within which they must fall. Default 3: a soft onset may flicker once.
    public var onsetWindow = 3
    /// Silence after which speech is reported to have stopped. Default 60 ms: a stop consonant is shorter, and whoever
    /// waits for the end of a turn counts from the last speech packet anyway.
    public var stop: Duration = .milliseconds(60)

    /// The defaults.
    public init() {}
  }

  /// What a packet brought about.
  public enum Event: Sendable, Equatable {
    /// Speech began; `at` is the arrival of its first packet.
    case started(at: Instant)
    /// Speech has stopped for now; `lastSpeech` is the arrival of its last packet.
    case stopped(lastSpeech: Instant)
  }

  private enum State: Equatable {
    case silent
    case rising(first: Instant, speech: Int, age: Int)
    case speaking(last: Instant, quiet: Int)
  }

  private let configuration: Configuration
  private let stopFrames: Int
  private var state = State.silent

  /// A segmenter that has heard nothing yet.
  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    stopFrames = max(1, Int((configuration.stop / configuration.frame).rounded(.up)))
  }

  /// Whether speech has begun and not stopped.
  public var isSpeaking: Bool { if case .speaking = state { true } else { false } }

  /// Takes one packet's voice activity and the packet's arrival.
  public mutating func process(isSpeech: Bool, arrival: Instant) -> Event? {
    switch state {
    case .silent:
      return isSpeech ? rise(first: arrival, speech: 1, age: 1) : nil
    case .rising(let first, let speech, let age):
      if age + 1 > configuration.onsetWindow {
        state = .silent
        return isSpeech ? rise(first: arrival, speech: 1, age: 1) : nil
      }
      return rise(first: first, speech: speech + (isSpeech ? 1 : 0), age: age + 1, last: isSpeech ? arrival : first)
    case .speaking(let last, let quiet):
      if isSpeech {
        state = .speaking(last: arrival, quiet: 0)
        return nil
      }
      if quiet + 1 >= stopFrames {
        state = .silent
        return .stopped(lastSpeech: last)
      }
      state = .speaking(last: last, quiet: quiet + 1)
      return nil
    }
  }

  private mutating func rise(first: Instant, speech: Int, age: Int, last: Instant? = nil) -> Event? {
    if speech >= configuration.onsetFrames {
      state = .speaking(last: last ?? first, quiet: 0)
      return .started(at: first)
    }
    state = .rising(first: first, speech: speech, age: age)
    return nil
  }
}
