import Audio
import Testing

@Suite("Packet loss concealment")
struct PacketLossConcealerTests {
  private static func voice(_ count: Int, rate: Int) -> [Int16] {
    // A buzz of 120 Hz with falling harmonics, as a vowel has.
    var tones = (1...8).map {
      ToneGenerator(frequency: 120 * Double($0), level: Decibels(-20 - 3 * Double($0)), sampleRate: rate)
    }
    var sum = [Int](repeating: 0, count: count)
    for index in tones.indices {
      for (position, sample) in tones[index].samples(count).enumerated() { sum[position] += Int(sample) }
    }
    return sum.map { Int16(clamping: $0) }
  }

  private static func level(_ samples: ArraySlice<Int16>) -> Double {
    Level(of: Array(samples).span).rms.rawValue
  }

  /// Plays `samples` in frames of 20 ms, of which `lost` never arrive.
  private static func play(_ samples: [Int16], rate: Int, lost: Set<Int>) -> [Int16] {
    var concealer = PacketLossConcealer(sampleRate: rate)
    let size = rate / 50
    var output: [Int16] = []
    for frame in 0..<samples.count / size {
      var buffer =
        lost.contains(frame) ? [Int16](repeating: 0, count: size) : Array(samples[frame * size..<(frame + 1) * size])
      var span = buffer.mutableSpan
      if lost.contains(frame) { concealer.conceal(into: &span) } else { concealer.good(&span) }
      output += buffer
    }
    return output
  }

  @Test("without loss nothing is changed or delayed", arguments: [8000, 16000, 48000])
  func transparent(rate: Int) {
    let samples = Self.voice(rate / 5, rate: rate)
    #expect(Self.play(samples, rate: rate, lost: []) == samples)
  }

  @Test("a lost frame of a steady vowel is continued almost as it was", arguments: [8000, 16000, 48000])
  func continuesVowel(rate: Int) {
    let size = rate / 50
    let samples = Self.voice(size * 14, rate: rate)
    let output = Self.play(samples, rate: rate, lost: [8])
    let lost = 8 * size..<9 * size
    var error = 0.0
    var signal = 0.0
    for index in lost {
      error += Double(Int(samples[index]) - Int(output[index])) * Double(Int(samples[index]) - Int(output[index]))
      signal += Double(samples[index]) * Double(samples[index])
    }
    // Silence in its place would be an error of 0 dB; the fade of the second 10 ms alone costs −24 dB.
    #expect(10 * Decibels(power: error / signal).rawValue / 10 < -12)
    #expect(Array(output[9 * size + size / 2..<14 * size]) == Array(samples[9 * size + size / 2..<14 * size]))
  }

  @Test("there is no click where a gap begins, changes its cycle or ends")
  func noClick() {
    let samples = Self.voice(160 * 20, rate: 8000)
    let output = Self.play(samples, rate: 8000, lost: [8, 9])
    func steepest(_ values: [Int16]) -> Int {
      zip(values, values.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
    #expect(steepest(output) < steepest(samples) * 5 / 4)
  }

  @Test("a long gap fades from 10 ms on and is silent after 60 ms")
  func fades() {
    let samples = Self.voice(160 * 20, rate: 8000)
    let output = Self.play(samples, rate: 8000, lost: Set(8...14))
    let before = Self.level(output[7 * 160..<8 * 160])
    #expect(abs(Self.level(output[8 * 160..<8 * 160 + 80]) - before) < 1.5)
    let middle = Self.level(output[10 * 160..<10 * 160 + 80])
    #expect(middle < before - 4 && middle > before - 12)
    #expect(output[8 * 160 + 480..<15 * 160].allSatisfy { $0 == 0 })
    // Fades in again, rather than starting with a step.
    #expect(abs(Int(output[15 * 160])) <= abs(Int(samples[15 * 160])) / 10 + 1)
  }

  @Test("without a past there is silence, however long")
  func noPast() {
    var concealer = PacketLossConcealer(sampleRate: 8000)
    for _ in 0..<1000 {
      var frame = [Int16](repeating: 5, count: 160)
      var span = frame.mutableSpan
      concealer.conceal(into: &span)
      #expect(frame.allSatisfy { $0 == 0 })
    }
    let isConcealing = concealer.isConcealing
    #expect(isConcealing)
  }

  @Test("any frame length and any samples are survived")
  func oddFrames() {
    var random = SeededGenerator(seed: 11)
    var concealer = PacketLossConcealer(sampleRate: 8000)
    for round in 0..<500 {
      var frame = (0..<Int(random.next() % 700)).map { _ in random.next() % 2 == 0 ? Int16.min : Int16.max }
      var span = frame.mutableSpan
      if random.next() % 3 == 0 { concealer.conceal(into: &span) } else { concealer.good(&span) }
      if round == 250 { concealer.reset() }
    }
    let isConcealing = concealer.isConcealing
    var good = [Int16](repeating: 0, count: 160)
    var span = good.mutableSpan
    concealer.good(&span)
    let isStillConcealing = concealer.isConcealing
    #expect(!isStillConcealing, "was \(isConcealing)")
  }
}
