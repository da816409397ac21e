#if canImport(Glibc)
  import Glibc
#endif

/// What the detector found in one frame.
public struct Activity: Sendable, Hashable {
  /// Whether this very frame holds speech: no hangover, so the last frame of which this is true is the end of speech.
  public var isSpeech: Bool
  /// Whether an utterance is going on: begins after `onset` of speech, bridges gaps up to `hangover`.
  public var isInUtterance: Bool
  /// How sure the frame decision is, 0 to 1; 0.5 is the threshold.
  public var probability: Float
  /// RMS of the frame.
  public var level: Decibels
  /// The estimated noise within 250 to 3600 Hz.
  public var noiseFloor: Decibels
  /// What was heard of speech over the noise within 250 to 3600 Hz.
  public var signalToNoise: Decibels
}

/// Tells speech from noise on a telephone line, frame by frame.
///
/// Method: a likelihood ratio test over sixteen bands (after Sohn, 1999, with the maximum likelihood estimate of the
/// a-priori ratio), each against its own noise floor, which is a recursive average of frames without speech bounded from
/// below by minimum statistics (after Martin, 2001). Three small tests guard what such a detector gets wrong on its own:
/// noise that begins or steps up is recognised by its steadiness and lack of a pitch, keypad and signalling tones by
/// having all their power in two lines, and the fading tail of a word by lying far under the speaker's own level. There
/// is no smoothing of the decision over time, hence no lag at either end. `docs/design/voice-activity.md` has the reasons
/// and the figures.
///
/// Media path: does not allocate. A value of about 3 kB; one per direction of a call.
public struct VoiceActivityDetector: Sendable {
  /// What can be set; the defaults are those that were measured.
  public struct Parameters: Sendable, Hashable {
    /// Mean log likelihood ratio a band, over which a frame is speech: 0.5 (eager) to 1.5 (reluctant).
    public var threshold: Float = 0.7
    /// The same while speech is going on.
    public var continuation: Float = 0.45
    /// In-band level under which nothing is speech.
    public var gate = Decibels(-56)
    /// How far under the speaker's own level (the louder frames of the last seconds) speech reaches; what is lower is
    /// the decay of a word, or someone else in the room.
    public var range = Decibels(25)
    /// How far under it speech can begin, and stay for longer than 160 ms: a talker in the background does neither.
    public var onsetRange = Decibels(20)
    /// Speech within the last 60 ms that begins an utterance. Range 20 to 60 ms.
    public var onset: Duration = .milliseconds(40)
    /// Silence that ends an utterance.
    public var hangover: Duration = .milliseconds(100)

    /// The measured defaults.
    public init() {}
  }

  private let parameters: Parameters
  private let sampleRate: Int
  private var decimator: Decimator
  /// The last 40 ms at 8 kHz, the newest last.
  private var history: [320 of Float] = .init(repeating: 0)
  private var noise = NoiseFloor()
  private var steadiness = Steadiness()
  private var tones = ToneTest()
  private var speakerLevel: Float = -120
  private var wasSpeech = false
  /// How long it has been far under the speaker's level.
  private var weak = 0
  /// Speech without a break, in samples of 8 kHz.
  private var run = 0
  /// Consecutive unvoiced frames while the level is steady.
  private var unvoiced = 0
  /// Samples of 8 kHz since sound began, until the floor is known.
  private var heard = 0
  /// Digital silence before that, in samples of 8 kHz.
  private var mute = 0
  private var utterance: Utterance

  /// - Parameter sampleRate: 8000, 16000, 24000, 32000 or 48000 Hz. Frames of 10 or 20 ms are meant; longer ones are
  ///   looked at in steps of 20 ms.
  public init(sampleRate: Int, parameters: Parameters = Parameters()) {
    _ = PowerSpectrum.tables
    self.parameters = parameters
    self.sampleRate = sampleRate
    decimator = Decimator(sampleRate: sampleRate)
    utterance = Utterance(onset: parameters.onset, hangover: parameters.hangover)
  }

  /// Judges the next frame of the stream. Frames that are missing should be given as what was played in their place.
  public mutating func process(_ frame: Span<Int16>) -> Activity {
    var result = Activity(
      isSpeech: false, isInUtterance: utterance.isOpen, probability: 0, level: Level(of: frame).rms,
      noiseFloor: noise.level, signalToNoise: Decibels(0))
    let step = Decimator.step * decimator.factor
    var start = 0
    while start < frame.count {
      let end = min(start + step, frame.count)
      var narrow: [160 of Float] = .init(repeating: 0)
      var room = narrow.mutableSpan
      let count = decimator.process(frame.extracting(start..<end), into: &room)
      start = end
      guard count > 0 else { continue }
      let part = judge(narrow.span.extracting(0..<count))
      result.isSpeech = result.isSpeech || part.isSpeech
      if part.probability > result.probability {
        result.probability = part.probability
        result.signalToNoise = part.signalToNoise
      }
      utterance.take(isSpeech: part.isSpeech, samples: count)
    }
    result.isInUtterance = utterance.isOpen
    result.noiseFloor = noise.level
    return result
  }
}

extension VoiceActivityDetector {
  private struct Judgement {
    var isSpeech = false
    var probability: Float = 0
    var signalToNoise = Decibels(0)
  }

  private mutating func judge(_ samples: Span<Float>) -> Judgement {
    let count = samples.count
    remember(samples)
    var powerStorage: [128 of Float] = .init(repeating: 0)
    var power = powerStorage.mutableSpan
    PowerSpectrum.compute(history.span.extracting(160..<320), into: &power)
    let bands = Bands.energies(power.span)
    let total = bands.sum()
    let level = 10 * log10f(total + 1e-12)
    steadiness.take(level)

    // Digital silence, comfort silence of the codec: nothing is learned from it but that it is silent.
    guard level > NoiseFloor.lowest else {
      finish(isSpeech: false, count: count)
      noise.learn(bands, samples: count, isSpeech: false, isCold: false)
      mute = min(mute + count, Self.muteSamples)
      return Judgement()
    }
    if heard == 0 {
      // A line that was silent for long has no noise of its own: what comes is measured against silence.
      if mute >= Self.muteSamples { heard = Self.coldSamples } else { noise.begin(with: bands) }
    }
    let isCold = heard < Self.coldSamples
    heard = min(heard + count, Self.coldSamples)

    let score = noise.score(bands)
    let overNoise = noise.excess(bands)
    let speechLevel = 10 * log10f(overNoise + 1e-12)
    let isWeak = speechLevel < speakerLevel - Float(parameters.onsetRange.rawValue)
    weak = isWeak ? min(weak + count, 1 << 20) : 0
    var isSpeech =
      score > (wasSpeech ? parameters.continuation : parameters.threshold)
      && level > Float(parameters.gate.rawValue)
      && (!isWeak || wasSpeech && weak <= Self.weakSamples)
      && speechLevel > speakerLevel - Float(parameters.range.rawValue)
    if tones.isTone(power.span, level: level, samples: count) { isSpeech = false }
    if isSpeech, isCold, !wasSpeech, !Voicing.isVoiced(history.span) { isSpeech = false }

    finish(isSpeech: isSpeech, count: count)
    if isSpeech {
      follow(level: speechLevel, samples: count)
      if isNoise(samples: count) {
        noise.jump(to: bands)
        finish(isSpeech: false, count: count)
        isSpeech = false
      }
    } else {
      unvoiced = 0
      speakerLevel -= 0.000125 * Float(count)
    }
    noise.learn(bands, samples: count, isSpeech: isSpeech, isCold: isCold)
    return Judgement(
      isSpeech: isSpeech,
      probability: isSpeech
        ? max(0.5, Self.probability(score, parameters.threshold))
        : min(0.49, Self.probability(score, parameters.threshold)),
      signalToNoise: Decibels(power: Double(overNoise / noise.total)))
  }

  /// 600 ms: as long as the floor is no more than a guess, only what has a pitch begins speech.
  private static let coldSamples = 4800
  /// 400 ms of digital silence: more than a stream's first packets before the line is through.
  private static let muteSamples = 3200

  /// 160 ms: the soft end of a word is no longer than that.
  private static let weakSamples = 1280

  private static func probability(_ score: Float, _ threshold: Float) -> Float {
    1 / (1 + expf(2 * (threshold - score)))
  }

  private mutating func finish(isSpeech: Bool, count: Int) {
    run = isSpeech ? min(run + count, 1 << 20) : 0
    wasSpeech = isSpeech
  }

  private mutating func follow(level: Float, samples: Int) {
    // Not from the first 100 ms: a bang must not deafen the detector to a soft voice.
    guard run >= 800 else { return }
    if level > speakerLevel {
      speakerLevel = max(speakerLevel, level - 20)
      speakerLevel += (level - speakerLevel) * 0.3
    } else {
      speakerLevel -= 0.0004 * Float(samples)
    }
  }

  /// Whether what looked like speech for a while is noise that began or grew: no voice keeps its level within 3.5 dB for
  /// half a second without a pitch, nor within 1 dB for 1.2 s with one.
  private mutating func isNoise(samples: Int) -> Bool {
    guard run >= 3200 else {
      unvoiced = 0
      return false
    }
    let deviation = steadiness.deviation
    guard deviation < 3.5 else {
      unvoiced = 0
      return false
    }
    if deviation < 1, run >= 9600 { return true }
    unvoiced = Voicing.isVoiced(history.span) ? 0 : unvoiced + samples
    return unvoiced >= 800
  }

  private mutating func remember(_ samples: Span<Float>) {
    var line = history.mutableSpan
    let count = samples.count
    for index in 0..<320 - count { line[index] = line[index + count] }
    for index in 0..<count { line[320 - count + index] = samples[index] }
  }
}
