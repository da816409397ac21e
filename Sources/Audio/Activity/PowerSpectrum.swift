#if canImport(Glibc)
  import Glibc
#endif

/// The power spectrum of 20 ms at 8 kHz: a Hann window over 160 samples, padded to a 256-point Fourier transform.
///
/// Media path: does not allocate, once ``PowerSpectrum/tables`` exist.
enum PowerSpectrum {
  /// Samples that a spectrum is made of.
  static let window = 160
  /// Lines of the spectrum; line `k` lies at `k` × 31.25 Hz.
  static let lines = 128

  /// The factor from a line to its share of the mean square of the windowed signal: both sides of the spectrum, the
  /// length of the transform, and the power that the window takes away (3/8).
  static let scale: Float = 2 / (256 * 160 * 0.375)

  /// Constants that live as long as the process, as plain memory so that no reference is counted per frame.
  struct Tables: @unchecked Sendable {
    let hann: UnsafePointer<Float>
    /// cos and sin of 2πk/256, k < 128.
    let cosine: UnsafePointer<Float>
    let sine: UnsafePointer<Float>
    let reversed: UnsafePointer<Int>

    fileprivate init() {
      func table<Element>(_ count: Int, _ element: (Int) -> Element) -> UnsafePointer<Element> {
        let storage = UnsafeMutablePointer<Element>.allocate(capacity: count)
        for index in 0..<count { (storage + index).initialize(to: element(index)) }
        return UnsafePointer(storage)
      }
      hann = table(window) { Float(0.5 - 0.5 * cos(2 * Double.pi * (Double($0) + 0.5) / Double(window))) }
      cosine = table(128) { Float(cos(2 * Double.pi * Double($0) / 256)) }
      sine = table(128) { Float(sin(2 * Double.pi * Double($0) / 256)) }
      reversed = table(128) { index in
        var result = 0
        for bit in 0..<7 where index & (1 << bit) != 0 { result |= 64 >> bit }
        return result
      }
    }
  }

  /// Made at the first use, which allocates.
  static let tables = Tables()

  /// Computes the power of each line of the first 160 `samples`, unscaled.
  static func compute(_ samples: Span<Float>, into power: inout MutableSpan<Float>) {
    guard samples.count >= window, power.count >= lines else { return }
    let tables = tables
    // Even samples are the real, odd ones the imaginary part of a transform of half the length.
    var realStorage: [128 of Float] = .init(repeating: 0)
    var imaginaryStorage: [128 of Float] = .init(repeating: 0)
    var real = realStorage.mutableSpan
    var imaginary = imaginaryStorage.mutableSpan
    for index in 0..<window / 2 {
      let target = tables.reversed[index]
      real[target] = samples[2 * index] * tables.hann[2 * index]
      imaginary[target] = samples[2 * index + 1] * tables.hann[2 * index + 1]
    }
    var half = 1
    while half < 128 {
      let stride = 128 / half
      var start = 0
      while start < 128 {
        for offset in 0..<half {
          let cosine = tables.cosine[offset * stride]
          let sine = tables.sine[offset * stride]
          let upper = start + offset
          let lower = upper + half
          let turnedReal = real[lower] * cosine + imaginary[lower] * sine
          let turnedImaginary = imaginary[lower] * cosine - real[lower] * sine
          real[lower] = real[upper] - turnedReal
          imaginary[lower] = imaginary[upper] - turnedImaginary
          real[upper] += turnedReal
          imaginary[upper] += turnedImaginary
        }
        start += 2 * half
      }
      half *= 2
    }
    let constant = real[0] + imaginary[0]
    power[0] = constant * constant
    for line in 1..<lines {
      let mirror = 128 - line
      let evenReal = 0.5 * (real[line] + real[mirror])
      let evenImaginary = 0.5 * (imaginary[line] - imaginary[mirror])
      let oddReal = 0.5 * (imaginary[line] + imaginary[mirror])
      let oddImaginary = 0.5 * (real[mirror] - real[line])
      let cosine = tables.cosine[line]
      let sine = tables.sine[line]
      let sumReal = evenReal + oddReal * cosine + oddImaginary * sine
      let sumImaginary = evenImaginary + oddImaginary * cosine - oddReal * sine
      power[line] = sumReal * sumReal + sumImaginary * sumImaginary
    }
  }
}
