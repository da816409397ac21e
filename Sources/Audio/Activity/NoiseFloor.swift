#if canImport(Glibc)
  import Glibc
#endif

/// The sixteen bands in which speech is looked for: 250 to 3625 Hz, about as wide as hearing's, hum left out below.
enum Bands {
  private static func energy(_ power: Span<Float>, _ first: Int, _ end: Int) -> Float {
    var sum: Float = 0
    for line in first..<end { sum += power[line] }
    return sum * PowerSpectrum.scale
  }

  /// Mean square in each band, full scale 1.
  static func energies(_ power: Span<Float>) -> SIMD16<Float> {
    SIMD16(
      energy(power, 8, 11), energy(power, 11, 14), energy(power, 14, 17), energy(power, 17, 20),
      energy(power, 20, 24), energy(power, 24, 28), energy(power, 28, 32), energy(power, 32, 37),
      energy(power, 37, 43), energy(power, 43, 50), energy(power, 50, 58), energy(power, 58, 67),
      energy(power, 67, 77), energy(power, 77, 88), energy(power, 88, 101), energy(power, 101, 116))
  }
}

/// The power of the noise in each band.
struct NoiseFloor: Sendable {
  /// dBFS within the bands under which a frame is digital silence: A-law's idle code lies at −72.
  static let lowest: Float = -68
  /// No band is thought quieter than this, lest the first rustle after digital silence be far over it.
  private static let least = SIMD16<Float>(repeating: 1e-8)
  /// Minima are kept for twenty spans of 200 ms each: a fluent speaker may go on for longer than half of that without
  /// a pause that shows the line's own noise.
  private static let span = 1600
  private static let spans = 20

  private var floor = SIMD16<Float>(repeating: 1e-8)
  private var smoothed = SIMD16<Float>(repeating: 1e-8)
  private var current = SIMD16<Float>(repeating: .infinity)
  private var minima: [20 of SIMD16<Float>] = .init(repeating: SIMD16(repeating: .infinity))
  private var oldest = 0
  private var filled = 0
  private var inSpan = 0

  /// The smoothed minimum of noise lies under its mean, the more the narrower the band. Not static: such a table is made
  /// at its first use, which would be amid a call.
  private let bias: SIMD16<Float> = SIMD16(
    1.9, 1.9, 1.9, 1.9, 1.8, 1.8, 1.8, 1.7, 1.6, 1.6, 1.5, 1.5, 1.5, 1.4, 1.4, 1.4)

  var total: Float { floor.sum() }

  var level: Decibels { Decibels(power: Double(total)) }

  /// The first sound of a call, noise or speech: taken for noise, up to −50 dBFS.
  mutating func begin(with bands: SIMD16<Float>) {
    let most = SIMD16<Float>(repeating: 1e-5 / 16)
    floor = Self.bounded(bands.replacing(with: most, where: bands .> most))
    smoothed = bands
  }

  /// A step of the noise that is known as one.
  mutating func jump(to bands: SIMD16<Float>) {
    floor = Self.bounded(smoothed)
  }

  /// Mean over the bands of the log likelihood ratio of speech in noise to noise alone, each limited so that no single
  /// band decides.
  func score(_ bands: SIMD16<Float>) -> Float {
    let ratio = bands / floor
    var sum: Float = 0
    for band in 0..<16 where ratio[band] > 1 {
      sum += min(8, ratio[band] - 1 - logf(ratio[band]))
    }
    return sum / 16
  }

  /// The mean square that is over the floor.
  func excess(_ bands: SIMD16<Float>) -> Float {
    let over = bands - floor
    return over.replacing(with: 0, where: over .< 0).sum()
  }

  mutating func learn(_ bands: SIMD16<Float>, samples: Int, isSpeech: Bool, isCold: Bool) {
    // Weights for 20 ms; half of it for 10 ms.
    let share = Float(samples) / 160
    smoothed += (bands - smoothed) * (0.2 * share)
    current = current.replacing(with: smoothed, where: smoothed .< current)
    inSpan += samples
    if inSpan >= Self.span {
      minima[oldest] = current
      oldest = (oldest + 1) % Self.spans
      filled = min(Self.spans, filled + 1)
      current = smoothed
      inSpan = 0
    }
    if !isSpeech {
      let up: Float = isCold ? 0.3 : 0.06
      let weight = SIMD16<Float>(repeating: up * share)
        .replacing(with: 0.15 * share, where: bands .< floor)
      let learned = floor + (bands - floor) * weight
      // A loud frame that was misjudged must not lift the floor over the speech that follows: at most 0.6 dB a frame,
      // 1.1 dB while the floor is no more than a guess.
      let bound = floor * (1 + (isCold ? 0.3 : 0.15) * share)
      floor = learned.replacing(with: bound, where: learned .> bound)
    }
    // Down at once where the band has been quieter for 100 ms, whatever the decision.
    floor = floor.replacing(with: smoothed * 1.3, where: smoothed * 1.3 .< floor)
    if filled == Self.spans {
      var least = current
      for index in 0..<Self.spans {
        let minimum = minima[index]
        least = least.replacing(with: minimum, where: minimum .< least)
      }
      let bound = least * bias
      floor = floor.replacing(with: bound, where: bound .> floor)
    }
    floor = Self.bounded(floor)
  }

  private static func bounded(_ bands: SIMD16<Float>) -> SIMD16<Float> {
    bands.replacing(with: least, where: bands .< least)
  }
}
