#if canImport(Glibc)
  import Glibc
#endif

/// A ratio in decibels; where it is a level, relative to a full-scale square wave (dBFS).
public struct Decibels: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
  /// The figure itself.
  public var rawValue: Double

  /// `rawValue` decibels.
  public init(rawValue: Double) {
    self.rawValue = rawValue
  }

  /// `value` decibels.
  public init(_ value: Double) {
    rawValue = value
  }

  /// What digital silence counts as, since its logarithm doesn't exist.
  public static let silence = Decibels(-120)

  /// The level of a mean square, where 1 is that of a full-scale square wave; never under ``silence``.
  public init(power: Double) {
    rawValue = power > 1e-12 ? 10 * log10(power) : -120
  }

  /// The factor by which an amplitude grows: 20 dB is 10.
  public var amplitude: Double { pow(10, rawValue / 20) }

  /// The factor by which a power grows: 20 dB is 100.
  public var power: Double { pow(10, rawValue / 10) }

  /// One decimal and the unit.
  public var description: String {
    "\((rawValue * 10).rounded() / 10) dB"
  }

  /// Whether the left is less.
  public static func < (left: Decibels, right: Decibels) -> Bool { left.rawValue < right.rawValue }
  /// One gain after the other.
  public static func + (left: Decibels, right: Decibels) -> Decibels { Decibels(left.rawValue + right.rawValue) }
  /// What lies between two levels.
  public static func - (left: Decibels, right: Decibels) -> Decibels { Decibels(left.rawValue - right.rawValue) }
  /// The opposite gain.
  public static prefix func - (value: Decibels) -> Decibels { Decibels(-value.rawValue) }
}

/// How loud a stretch of PCM is.
///
/// Media path: does not allocate.
public struct Level: Sendable, Hashable {
  /// Root mean square in dBFS, with the constant part (DC) taken out.
  public var rms: Decibels
  /// Largest magnitude in dBFS.
  public var peak: Decibels

  /// The level under which a packet counts as inaudible when the first audible packet of a reply is looked for: over
  /// the idle noise of A-law (−72 dBFS) and the hiss of a synthesiser, under the softest consonant it begins with.
  public static let audible = Decibels(-50)

  /// Measures `samples`; no samples are silence.
  public init(of samples: Span<Int16>) {
    let count = samples.count
    guard count > 0 else {
      rms = .silence
      peak = .silence
      return
    }
    var sum: Int64 = 0
    var squares: Int64 = 0
    var highest: Int32 = 0
    var lowest: Int32 = 0
    for index in 0..<count {
      let sample = Int32(samples[index])
      sum &+= Int64(sample)
      squares &+= Int64(sample &* sample)
      highest = max(highest, sample)
      lowest = min(lowest, sample)
    }
    let mean = Double(sum) / Double(count)
    let variance = max(0, Double(squares) / Double(count) - mean * mean)
    let fullScale = 32768.0
    rms = Decibels(power: variance / (fullScale * fullScale))
    let magnitude = Double(max(highest, -lowest)) / fullScale
    peak = Decibels(power: magnitude * magnitude)
  }

  /// Whether a listener hears it, by ``audible``.
  public var isAudible: Bool { rms > Self.audible }
}

extension Span<Int16> {
  /// Whether a packet of these samples counts as audible: over −50 dBFS. Media path: does not allocate.
  public var isAudible: Bool { Level(of: self).isAudible }
}
