/// The two rates at which a stream counts: samples of its sound, and ticks of its RTP timestamp.
struct StreamClock: Sendable, Equatable {
  let sampleRate: Int
  let clockRate: Int

  /// Rates of which none is below 1000.
  init(sampleRate: Int, clockRate: Int) {
    self.sampleRate = max(1000, sampleRate)
    self.clockRate = max(1000, clockRate)
  }

  /// How many samples last as long as `ticks`.
  func samples(_ ticks: Int) -> Int { sampleRate == clockRate ? ticks : ticks * sampleRate / clockRate }
  /// How many ticks last as long as `samples`.
  func ticks(_ samples: Int) -> Int { sampleRate == clockRate ? samples : samples * clockRate / sampleRate }

  /// How long `count` samples last.
  func duration(samples count: UInt64) -> Duration {
    .microseconds(Int64(clamping: min(count, 1 << 42)) * 1_000_000 / Int64(sampleRate))
  }

  /// How long `count` ticks last.
  func duration(ticks count: UInt32) -> Duration { .microseconds(Int64(count) * 1_000_000 / Int64(clockRate)) }
}
