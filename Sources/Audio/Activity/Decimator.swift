#if canImport(Glibc)
  import Glibc
#endif

/// Brings frames of 8, 16, 24, 32 or 48 kHz to 8 kHz, as floats of full scale 1, through a short low-pass (1 ms delay).
///
/// Media path: does not allocate.
struct Decimator: Sendable {
  /// Samples of 8 kHz in one step.
  static let step = 160
  /// Input samples for one output sample: 1, 2, 3, 4 or 6.
  let factor: Int
  private var taps: [104 of Float] = .init(repeating: 0)
  private var past: [104 of Float] = .init(repeating: 0)

  init(sampleRate: Int) {
    factor = max(1, min(6, sampleRate / 8000))
    guard factor > 1 else { return }
    let count = 16 * factor + 1
    var sum = 0.0
    var raw: [104 of Double] = .init(repeating: 0)
    for index in 0..<count {
      let distance = Double(index) - Double(count - 1) / 2
      // The edge lies at 3.7 kHz: what folds back lands over the bands that are looked at.
      let angle = Double.pi * distance * 2 * 3700 / Double(8000 * factor)
      let sinc = distance == 0 ? 1 : sin(angle) / angle
      let tap = sinc * (0.54 + 0.46 * cos(2 * Double.pi * distance / Double(count - 1)))
      raw[103 - index] = tap
      sum += tap
    }
    for index in 0..<104 { taps[index] = Float(raw[index] / sum) }
  }

  /// Converts up to `step × factor` samples; returns how many of 8 kHz were written.
  mutating func process(_ input: Span<Int16>, into output: inout MutableSpan<Float>) -> Int {
    let count = min(input.count / factor, Self.step, output.count)
    guard factor > 1 else {
      for index in 0..<count { output[index] = Float(input[index]) * (1 / 32768) }
      return count
    }
    var lineStorage: [1064 of Float] = .init(repeating: 0)
    var line = lineStorage.mutableSpan
    for index in 0..<104 { line[index] = past[index] }
    let taken = count * factor
    for index in 0..<taken { line[104 + index] = Float(input[index]) * (1 / 32768) }
    for index in 0..<104 { past[index] = line[taken + index] }
    let tapSpan = taps.span
    line.withUnsafeBytes { samples in
      tapSpan.withUnsafeBytes { taps in
        for index in 0..<count {
          // The window ends with the last sample of this output: 104 samples from here.
          let base = ((index + 1) * factor) * MemoryLayout<Float>.stride
          var sum = SIMD8<Float>(repeating: 0)
          for block in 0..<13 where block * 8 + 7 >= 103 - 16 * factor {
            let offset = block * 32
            sum +=
              samples.loadUnaligned(fromByteOffset: base + offset, as: SIMD8<Float>.self)
              * taps.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
          }
          output[index] = sum.sum()
        }
      }
    }
    return count
  }
}
