import Audio
import Testing

@Suite("PCM")
struct PCMTests {
  @Test("a sine of −20 dBFS measures so, and its peak lies 3 dB higher")
  func sine() {
    var tone = ToneGenerator(frequency: 400, level: Decibels(-20), sampleRate: 8000)
    let level = Level(of: tone.samples(8000).span)
    #expect(abs(level.rms.rawValue + 20) < 0.05)
    #expect(abs(level.peak.rawValue + 17) < 0.05)
  }

  @Test("silence, idle codes and a constant are inaudible; full scale is 0 dBFS")
  func extremes() {
    #expect(Level(of: [Int16]().span).rms == .silence)
    #expect(!Level(of: [Int16](repeating: 8, count: 160).span).isAudible)
    let idle: [Int16] = (0..<160).map { $0 % 2 == 0 ? 8 : -8 }
    #expect(!Level(of: idle.span).isAudible)
    #expect(Level(of: [Int16](repeating: 12000, count: 160).span).rms == .silence)
    let full: [Int16] = (0..<160).map { $0 % 2 == 0 ? Int16.max : Int16.min }
    #expect(abs(Level(of: full.span).rms.rawValue) < 0.01)
    #expect(abs(Level(of: full.span).peak.rawValue) < 0.01)
    let isAudible = full.span.isAudible
    #expect(isAudible)
  }

  @Test("decibels convert both ways")
  func decibels() {
    #expect(abs(Decibels(-20).amplitude - 0.1) < 1e-9)
    #expect(abs(Decibels(power: 0.001).rawValue + 30) < 1e-9)
    #expect(Decibels(-20) + Decibels(6) == Decibels(-14))
    #expect(Decibels(power: 0) == .silence)
  }

  @Test("a tone goes on without a step from one buffer to the next")
  func continuous() {
    var whole = ToneGenerator(key: "5", sampleRate: 8000)
    var parts = whole
    let expected = whole?.samples(1000)
    let first = parts?.samples(333) ?? []
    #expect(first + (parts?.samples(667) ?? []) == expected)
    #expect(expected != nil)
    #expect(ToneGenerator(key: "x", sampleRate: 8000) == nil)
  }

  @Test("leading silence is taken off but for the pre-roll, whatever the chunks", arguments: [37, 160, 480, 5000])
  func trims(size: Int) {
    var tone = ToneGenerator(frequency: 500, sampleRate: 8000)
    let sound = tone.samples(1600)
    let samples = [Int16](repeating: 3, count: 2411) + sound
    var trimmer = SilenceTrimmer(sampleRate: 8000)
    var output: [Int16] = []
    var start = 0
    while start < samples.count {
      output += trimmer.process(Array(samples[start..<min(samples.count, start + size)]))
      start += size
    }
    #expect(output.count >= sound.count)
    #expect(output.count <= sound.count + 80 + 40)
    #expect(Array(output.suffix(sound.count)) == sound)
    #expect(trimmer.hasBegun)
    #expect(trimmer.trimmed == .nanoseconds(Int64(samples.count - output.count) * 125_000))
  }

  @Test("silence in the middle, and a pause longer than the limit, are kept")
  func keepsPauses() {
    var trimmer = SilenceTrimmer(sampleRate: 8000, limit: .milliseconds(500))
    var tone = ToneGenerator(frequency: 500, sampleRate: 8000)
    _ = trimmer.process(tone.samples(160))
    let pause = [Int16](repeating: 0, count: 8000)
    #expect(trimmer.process(pause) == pause)
    var other = SilenceTrimmer(sampleRate: 8000, limit: .milliseconds(500))
    var output = 0
    for _ in 0..<100 { output += other.process([Int16](repeating: 0, count: 160)).count }
    #expect(output > 16000 - 4000 - 400 && output <= 16000 - 4000 + 160)
  }

  @Test("sound that begins at once passes at once")
  func immediate() {
    var trimmer = SilenceTrimmer(sampleRate: 8000)
    var tone = ToneGenerator(frequency: 500, sampleRate: 8000)
    let sound = tone.samples(160)
    #expect(trimmer.process(sound) == sound)
    #expect(trimmer.trimmed == .zero)
  }
}
