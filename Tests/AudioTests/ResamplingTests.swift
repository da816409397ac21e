import Audio
import Glibc
import Testing

@Suite("Resampling")
struct ResamplingTests {
  /// Power of `samples` at one frequency, in dBFS of a sine's RMS.
  private static func power(_ samples: ArraySlice<Int16>, at frequency: Double, rate: Int) -> Double {
    var real = 0.0
    var imaginary = 0.0
    for (index, sample) in samples.enumerated() {
      // A Hann window, so that strong neighbours do not leak.
      let window = 1 - cos(2 * Double.pi * (Double(index) + 0.5) / Double(samples.count))
      let angle = 2 * Double.pi * frequency * Double(index) / Double(rate)
      real += Double(sample) * window * cos(angle)
      imaginary += Double(sample) * window * sin(angle)
    }
    let amplitude = 2 * (real * real + imaginary * imaginary).squareRoot() / Double(samples.count) / 32768
    return Decibels(power: amplitude * amplitude / 2).rawValue
  }

  @Test(
    "a tone keeps its pitch and level",
    arguments: [(8000, 16000), (16000, 8000), (24000, 8000), (22050, 8000), (48000, 8000), (8000, 48000)])
  func tone(from: Int, to: Int) throws {
    var generator = ToneGenerator(frequency: 1000, level: Decibels(-15), sampleRate: from)
    let output = try Resampler.convert(generator.samples(from), from: from, to: to)
    #expect(output.count == to)
    let middle = output[to / 4..<to * 3 / 4]
    #expect(abs(Self.power(middle, at: 1000, rate: to) + 15) < 0.3)
    #expect(Self.power(middle, at: 2000, rate: to) < -60)
  }

  @Test("what lies over the new half rate does not fold back")
  func alias() throws {
    var generator = ToneGenerator(frequency: 5000, level: Decibels(-10), sampleRate: 24000)
    let output = try Resampler.convert(generator.samples(24000), from: 24000, to: 8000)
    #expect(Level(of: output.span).rms.rawValue < -55)
  }

  @Test("sound is not moved in time, and a stream in odd chunks is the same as a whole")
  func streaming() throws {
    var samples = [Int16](repeating: 0, count: 24000)
    for index in 0..<40 { samples[12000 + index] = 20000 }
    var stream = try StreamingResampler(from: 24000, to: 8000)
    #expect(stream.delay < .milliseconds(5))
    var random = SeededGenerator(seed: 3)
    for _ in 0..<2 {
      var output: [Int16] = []
      var start = 0
      while start < samples.count {
        let end = min(samples.count, start + 1 + Int(random.next() % 1300))
        output += stream.process(Array(samples[start..<end]))
        start = end
      }
      output += stream.flush()
      #expect(output.count == 8000)
      let peak = output.indices.max { abs(Int(output[$0])) < abs(Int(output[$1])) } ?? 0
      #expect((3998...4014).contains(peak), "the pulse lies at 4000 to 4013")
    }
  }

  @Test("a stream gives each chunk at once, but for its short delay")
  func promptness() throws {
    var stream = try StreamingResampler(from: 24000, to: 8000)
    var given = 0
    for chunk in 1...50 {
      given += stream.process([Int16](repeating: 100, count: 480)).count
      #expect(given >= chunk * 160 - 40)
    }
  }

  @Test("with the latency kept, each 20 ms in give 20 ms out")
  func wholeFrames() throws {
    var resampler = try Resampler(from: 8000, to: 16000, skipsLatency: false)
    var room = [Int16](repeating: 0, count: resampler.maximumOutput(for: 160))
    let frame = [Int16](repeating: 100, count: 160)
    for _ in 0..<10 {
      var span = room.mutableSpan
      #expect(resampler.process(frame.span, into: &span) == 320)
    }
  }

  @Test("impossible rates are refused with the reason")
  func refused() {
    #expect(Self.refusal(from: 0, to: 8000, quality: 3) == .unsupported(from: 0, to: 8000, quality: 3))
    #expect(Self.refusal(from: 8000, to: 1 << 40, quality: 3) != nil)
    #expect(Self.refusal(from: 8000, to: 16000, quality: 11) != nil)
    #expect(Self.refusal(from: 8000, to: 16000, quality: 10) == nil)
  }

  private static func refusal(from: Int, to: Int, quality: Int) -> ResamplerError? {
    do throws(ResamplerError) {
      let resampler = try Resampler(from: from, to: to, quality: quality)
      return resampler.outputRate == to ? nil : .outOfMemory
    } catch {
      return error
    }
  }

  @Test("folding keeps the low band and mirrors it at 4 kHz with the gain asked for", arguments: [0.3, 0.5, 0.7, 1.0])
  func folding(gain: Double) {
    var generator = ToneGenerator(frequency: 1500, level: Decibels(-20), sampleRate: 8000)
    var folding = SpectralFolding(imageGain: Float(gain))
    let output = folding.process(generator.samples(8000))
    #expect(output.count == 16000)
    let middle = output[4000..<12000]
    #expect(abs(Self.power(middle, at: 1500, rate: 16000) + 20) < 0.2)
    let image = -20 + 10 * log10(gain * gain)
    #expect(abs(Self.power(middle, at: 6500, rate: 16000) - image) < 0.2)
  }

  @Test("folding without an image is plain interpolation")
  func noImage() {
    var generator = ToneGenerator(frequency: 1500, level: Decibels(-20), sampleRate: 8000)
    var folding = SpectralFolding(imageGain: 0)
    let output = folding.process(generator.samples(8000))
    #expect(Self.power(output[4000..<12000], at: 6500, rate: 16000) < -75)
  }

  @Test("folding in odd chunks is the same as in one")
  func foldingStream() {
    var generator = ToneGenerator(frequency: 700, sampleRate: 8000)
    let samples = generator.samples(4000)
    var whole = SpectralFolding()
    var parts = SpectralFolding()
    let expected = whole.process(samples)
    var output: [Int16] = []
    var start = 0
    for size in [1, 7, 160, 161, 400, 3, 900, 2368] {
      output += parts.process(Array(samples[start..<start + size]))
      start += size
    }
    #expect(output == expected)
  }
}
