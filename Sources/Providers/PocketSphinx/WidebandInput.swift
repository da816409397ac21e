import Audio
import VoicePipeline

/// Brings frames of any rate to the 16 kHz that the model was trained on. Telephone sound has nothing above 3.4 kHz,
/// which the model takes for speech it has never heard; folding its spectrum upwards is what makes it understood.
struct WidebandInput: ~Copyable {
  static let rate = 16_000

  private var folding = SpectralFolding()
  private var resampler: Resampler?
  private var resamplerRate = 0

  /// The frame's samples at 16 kHz; empty for a rate that no resampler takes.
  mutating func convert(_ frame: AudioFrame) -> [Int16] {
    switch frame.sampleRate {
    case Self.rate: return frame.samples
    case 8_000: return folding.process(frame.samples)
    default:
      if resamplerRate != frame.sampleRate {
        resampler = try? Resampler(from: frame.sampleRate, to: Self.rate, quality: 5)
        resamplerRate = frame.sampleRate
      }
      return resampler?.process(frame.samples) ?? []
    }
  }
}
