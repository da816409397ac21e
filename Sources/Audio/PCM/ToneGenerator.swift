#if canImport(Glibc)
  import Glibc
#endif

/// One or two sine waves that go on without a step from one buffer to the next: beeps, keypad tones, test signals.
///
/// Media path: does not allocate.
public struct ToneGenerator: Sendable {
  private var first: Oscillator
  private var second: Oscillator?

  /// A sine of `frequency` Hz at `level` (its RMS in dBFS) and `sampleRate` Hz.
  public init(frequency: Double, level: Decibels = Decibels(-20), sampleRate: Int) {
    first = Oscillator(frequency: frequency, level: level, sampleRate: sampleRate)
    second = nil
  }

  /// Two sines, each at `level`.
  public init(frequencies: (Double, Double), level: Decibels = Decibels(-20), sampleRate: Int) {
    first = Oscillator(frequency: frequencies.0, level: level, sampleRate: sampleRate)
    second = Oscillator(frequency: frequencies.1, level: level, sampleRate: sampleRate)
  }

  /// The pair of a telephone key (`0`–`9`, `*`, `#`, `A`–`D`; ITU-T Q.23), nil for any other character.
  public init?(key: Character, level: Decibels = Decibels(-20), sampleRate: Int) {
    let rows = ["123A", "456B", "789C", "*0#D"]
    let low: [Double] = [697, 770, 852, 941]
    let high: [Double] = [1209, 1336, 1477, 1633]
    for (row, keys) in rows.enumerated() {
      for (column, candidate) in keys.enumerated() where candidate == key {
        self.init(frequencies: (low[row], high[column]), level: level, sampleRate: sampleRate)
        return
      }
    }
    return nil
  }

  /// Overwrites `out` with the next stretch of the tone.
  public mutating func fill(_ out: inout MutableSpan<Int16>) {
    for index in 0..<out.count {
      var value = first.next()
      if let other = second?.next() { value += other }
      out[index] = Int16(max(-32768, min(32767, value.rounded())))
    }
  }

  /// The next `count` samples. Allocates.
  public mutating func samples(_ count: Int) -> [Int16] {
    var result = [Int16](repeating: 0, count: max(0, count))
    var span = result.mutableSpan
    fill(&span)
    return result
  }
}

extension ToneGenerator {
  private struct Oscillator: Sendable {
    let step: Double
    let amplitude: Double
    var phase = 0.0

    init(frequency: Double, level: Decibels, sampleRate: Int) {
      step = sampleRate > 0 && frequency.isFinite ? 2 * Double.pi * frequency / Double(sampleRate) : 0
      amplitude = 32768 * level.amplitude * 2.0.squareRoot()
    }

    mutating func next() -> Double {
      let value = amplitude * sin(phase)
      phase += step
      if phase > 2 * Double.pi { phase -= 2 * Double.pi }
      return value
    }
  }
}
