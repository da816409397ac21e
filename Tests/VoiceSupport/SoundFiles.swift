import Audio
package import VoicePipeline

/// Recordings made for tests.
package enum SoundFiles {
  /// So many milliseconds of something like a voice: a buzz of 120 Hz with moving formants, in syllables.
  package static func voice(_ milliseconds: Int, sampleRate: Int = 16_000) -> [Int16] {
    var low = 0.0
    var high = 0.0
    return (0..<milliseconds * sampleRate / 1000).map { index in
      let time = Double(index) / Double(sampleRate)
      let phase = (time * (120 + 20 * wave(time * 1.3))).truncatingRemainder(dividingBy: 1)
      let buzz = phase < 0.08 ? 1.0 : -0.08
      low += 0.25 * (buzz - low)
      high += 0.6 * (buzz - high)
      let syllable = 0.35 + 0.65 * abs(wave(time * 2))
      return Int16(max(-32_000, min(32_000, (low * 14_000 + high * 6_000) * syllable)))
    }
  }

  private static func wave(_ turns: Double) -> Double {
    let part = turns.truncatingRemainder(dividingBy: 1)
    return part < 0.5 ? 4 * part - 1 : 3 - 4 * part
  }

  package static func silence(_ milliseconds: Int, sampleRate: Int = 16_000) -> [Int16] {
    // A little noise, as every microphone has it.
    var state: UInt32 = 1
    return (0..<milliseconds * sampleRate / 1000).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int16(state >> 29)
    }
  }

  package static func ogg(_ samples: [Int16], sampleRate: Int = 16_000) throws -> Recording? {
    var writer = try OggOpusWriter(sampleRate: sampleRate)
    try writer.write(samples)
    return Recording(try writer.finish())
  }

  package static func wav(_ samples: [Int16], sampleRate: Int = 16_000) -> Recording? {
    Recording(WAVWriter.bytes(samples, sampleRate: sampleRate))
  }
}
