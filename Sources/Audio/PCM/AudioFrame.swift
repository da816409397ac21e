/// The one clock of the system: monotonic, and the same for packets, turns and providers.
public typealias Instant = ContinuousClock.Instant

/// A stretch of mono 16-bit linear PCM as it travels off the media path, where allocation is allowed.
public struct AudioFrame: Sendable {
  /// Linear samples, full scale ±32767.
  public var samples: [Int16]
  /// Samples a second: 8000, 16000, 24000 or 48000.
  public var sampleRate: Int
  /// When the packet that carried the last of these samples arrived from the wire (or, for sound that was never on a
  /// wire, when it was read).
  public var arrival: Instant
  /// Whether the voice activity detector heard speech in it.
  public var isSpeech: Bool

  /// A frame of `samples` at `sampleRate` Hz.
  public init(samples: [Int16], sampleRate: Int, arrival: Instant, isSpeech: Bool = false) {
    self.samples = samples
    self.sampleRate = sampleRate
    self.arrival = arrival
    self.isSpeech = isSpeech
  }

  /// How long the frame sounds.
  public var duration: Duration {
    sampleRate > 0 ? .nanoseconds(Int64(samples.count) * 1_000_000_000 / Int64(sampleRate)) : .zero
  }
}
