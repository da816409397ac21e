import Audio
import Glibc

/// A small generator with a seed, so that each run hears the same noise.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }

  mutating func gaussian() -> Double {
    var sum = 0.0
    for _ in 0..<12 { sum += Double(next() >> 11) / 9_007_199_254_740_992 }
    return sum - 6
  }
}

/// What lies under speech on a line, at 8 kHz.
enum Noise: String, CaseIterable, Sendable {
  case white, pink, brown, hum, babble

  /// `count` samples with an RMS of 1 within the telephone band (hum: in all, since most of it lies under the band).
  func samples(_ count: Int, seed: UInt64, voices: [[Double]]) -> [Double] {
    var random = SeededGenerator(seed: seed)
    var raw = [Double](repeating: 0, count: count)
    switch self {
    case .white:
      for index in 0..<count { raw[index] = random.gaussian() }
    case .pink:
      var rows = [Double](repeating: 0, count: 3)
      for index in 0..<count {
        let white = random.gaussian()
        rows[0] = 0.99765 * rows[0] + white * 0.0990460
        rows[1] = 0.96300 * rows[1] + white * 0.2965164
        rows[2] = 0.57000 * rows[2] + white * 1.0526913
        raw[index] = rows[0] + rows[1] + rows[2] + white * 0.1848
      }
    case .brown:
      var sum = 0.0
      for index in 0..<count {
        sum = 0.995 * sum + random.gaussian()
        raw[index] = sum
      }
    case .hum:
      let partials: [(Double, Double)] = [(50, 1), (100, 0.5), (150, 0.35), (250, 0.15), (350, 0.1), (450, 0.05)]
      for index in 0..<count {
        for (frequency, amplitude) in partials {
          raw[index] += amplitude * sin(2 * Double.pi * frequency * Double(index) / 8000 + frequency)
        }
      }
      return Self.normalised(raw)
    case .babble:
      guard !voices.isEmpty else { return raw }
      for talker in 0..<8 {
        let voice = voices[(talker * 3 + Int(seed % 5)) % voices.count]
        guard !voice.isEmpty else { continue }
        let offset = Int(random.next() % UInt64(voice.count))
        for index in 0..<count { raw[index] += voice[(index + offset) % voice.count] }
      }
    }
    return Self.normalised(TelephoneBand.filtered(raw))
  }

  static func normalised(_ samples: [Double]) -> [Double] {
    let power = samples.reduce(0) { $0 + $1 * $1 } / Double(max(1, samples.count))
    guard power > 0 else { return samples }
    let gain = 1 / power.squareRoot()
    return samples.map { $0 * gain }
  }
}

/// 300 to 3400 Hz at 8 kHz, as a line leaves of a voice.
enum TelephoneBand {
  private static let taps: [Double] = {
    let count = 127
    return (0..<count).map { index in
      let distance = Double(index - count / 2)
      func low(_ edge: Double) -> Double {
        let angle = 2 * Double.pi * edge / 8000
        return distance == 0 ? angle / Double.pi : sin(angle * distance) / (Double.pi * distance)
      }
      let window = 0.54 + 0.46 * cos(2 * Double.pi * distance / Double(count - 1))
      return (low(3400) - low(300)) * window
    }
  }()

  static func filtered(_ samples: [Double]) -> [Double] {
    let half = taps.count / 2
    let padded = [Double](repeating: 0, count: half) + samples + [Double](repeating: 0, count: half)
    var result = [Double](repeating: 0, count: samples.count)
    padded.withUnsafeBufferPointer { padded in
      taps.withUnsafeBufferPointer { taps in
        for index in 0..<samples.count {
          var sum = 0.0
          for tap in 0..<taps.count { sum += padded[index + tap] * taps[tap] }
          result[index] = sum
        }
      }
    }
    return result
  }
}

func linear(_ samples: [Double]) -> [Int16] {
  samples.map { Int16(max(-32768, min(32767, $0.rounded()))) }
}
