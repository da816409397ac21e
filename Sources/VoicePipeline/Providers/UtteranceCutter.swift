import Audio

/// Cuts a recording where its speaker pauses, for a recogniser that listens to one utterance at a time. Sans-IO.
struct UtteranceCutter {
  /// What the recogniser is given, in order.
  enum Step {
    case frame(AudioFrame)
    /// The utterance is over.
    case cut
  }

  /// Sound for a voice activity decision.
  static let judged = Duration.milliseconds(20)
  /// Sound in one frame: so much of it that a whole utterance is few messages.
  static let frame = Duration.milliseconds(200)
  /// A pause that ends an utterance.
  static let pause = Duration.milliseconds(600)
  /// What is kept before the first speech of an utterance.
  static let margin = Duration.milliseconds(400)
  /// From here on the shortest pause ends an utterance, so that no word is cut.
  static let long = Duration.seconds(25)
  /// The longest utterance. The embedded recogniser takes 60 s, and 500 frames waiting.
  static let longest = Duration.seconds(30)

  private let sampleRate: Int
  private let arrival: Instant
  private var detector: VoiceActivityDetector
  private var waiting: [AudioFrame] = []
  private var isOpen = false
  private var silence = Duration.zero
  private var length = Duration.zero

  /// A cutter for sound at `sampleRate` Hz that was read at `arrival`.
  init(sampleRate: Int, arrival: Instant) {
    self.sampleRate = max(1, sampleRate)
    self.arrival = arrival
    detector = VoiceActivityDetector(sampleRate: sampleRate)
  }

  /// Samples that `take` wants at a time.
  var frameCount: Int { sampleRate / 5 }

  /// Takes the next stretch of sound. Silence outside of utterances goes no further than this.
  mutating func take(_ samples: [Int16]) -> [Step] {
    var frame = AudioFrame(samples: samples, sampleRate: sampleRate, arrival: arrival)
    let step = sampleRate / 50
    for start in stride(from: 0, to: samples.count, by: max(1, step)) {
      let end = min(samples.count, start + step)
      if detector.process(samples.span.extracting(start..<end)).isSpeech {
        frame.isSpeech = true
        silence = .zero
      } else {
        silence += Self.judged
      }
    }
    guard isOpen || frame.isSpeech else {
      waiting.append(frame)
      if waiting.count > Int(Self.margin / Self.frame) { waiting.removeFirst() }
      return []
    }
    let frames = waiting + [frame]
    waiting.removeAll()
    isOpen = true
    length += frames.reduce(.zero) { $0 + $1.duration }
    let isOver = silence >= Self.pause || length >= Self.longest || (length >= Self.long && !frame.isSpeech)
    return frames.map { .frame($0) } + (isOver ? finish() : [])
  }

  /// The sound is over, or the utterance is.
  mutating func finish() -> [Step] {
    guard isOpen else { return [] }
    isOpen = false
    length = .zero
    return [.cut]
  }
}
