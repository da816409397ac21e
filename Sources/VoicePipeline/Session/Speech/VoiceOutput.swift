import Audio

/// Takes a synthesiser's sound of one sentence to the form that a carrier takes: other sample rate, no silent lead-in.
struct VoiceOutput: ~Copyable {
  private var trimmer: SilenceTrimmer?
  private var resampler: StreamingResampler?

  /// From `rate` to `carrierRate` Hz. The lead-in is cut off if `trimsLeadIn`: for the first sentence of a speech it
  /// is latency, between sentences it is a pause.
  init(rate: Int, carrierRate: Int, trimsLeadIn: Bool) throws(ResamplerError) {
    trimmer = trimsLeadIn ? SilenceTrimmer(sampleRate: rate) : nil
    resampler = rate == carrierRate ? nil : try StreamingResampler(from: rate, to: carrierRate)
  }

  mutating func process(_ chunk: [Int16]) -> [Int16] {
    let sound = trimmer?.process(chunk) ?? chunk
    if sound.isEmpty { return [] }
    return resampler?.process(sound) ?? sound
  }

  /// What is still inside.
  mutating func flush() -> [Int16] { resampler?.flush() ?? [] }
}

/// The soft tone that tells a waiting caller that the line is alive.
enum ComfortTone {
  /// 200 ms of 440 Hz with soft edges, 30 dB below full scale.
  static func samples(sampleRate: Int) -> [Int16] {
    var tone = ToneGenerator(frequency: 440, level: Decibels(-30), sampleRate: sampleRate)
    var samples = tone.samples(sampleRate / 5)
    let edge = max(1, sampleRate / 50)
    for index in 0..<min(edge, samples.count / 2) {
      let last = samples.count - 1 - index
      samples[index] = Int16(Int(samples[index]) * index / edge)
      samples[last] = Int16(Int(samples[last]) * index / edge)
    }
    return samples
  }
}
