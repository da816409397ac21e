import Audio

/// Makes sound of payloads, at the rate of the leg. Owns all that codecs remember from one packet to the next.
///
/// Media path: does not allocate after `init`.
struct AudioDecoder: ~Copyable {
  /// Samples a second of what comes out.
  let sampleRate: Int
  /// From what G.711 has to `sampleRate`, where that is more. Without memory for it, its sound is silence.
  private var widening: Resampler?
  private let narrow: UnsafeMutableBufferPointer<Int16>

  /// A decoder of payloads of at most `maximumBytes`.
  init(sampleRate: Int, maximumBytes: Int) {
    self.sampleRate = sampleRate
    G711.warmUp()
    let isWider = sampleRate != AudioCodec.pcmu.sampleRate
    widening = isWider ? Self.resampler(from: AudioCodec.pcmu.sampleRate, to: sampleRate) : nil
    narrow = .allocate(capacity: isWider ? maximumBytes : 0)
    narrow.initialize(repeating: 0)
  }

  deinit { narrow.deallocate() }

  /// Decodes `payload` to the start of `pcm`; returns the samples that it became.
  mutating func decode(_ payload: Span<UInt8>, as codec: AudioCodec, into pcm: inout MutableSpan<Int16>) -> Int {
    switch codec {
    case .pcmu: narrowband(payload, .mulaw, into: &pcm)
    case .pcma: narrowband(payload, .alaw, into: &pcm)
    }
  }

  /// Forgets what was before: a new source begins.
  mutating func reset() { widening?.restart() }

  private mutating func narrowband(
    _ payload: Span<UInt8>, _ law: G711Law, into pcm: inout MutableSpan<Int16>
  ) -> Int {
    guard sampleRate != AudioCodec.pcmu.sampleRate else { return G711.decode(payload, into: &pcm, law: law) }
    var room = narrow.mutableSpan
    let count = G711.decode(payload, into: &room, law: law)
    let wanted = min(pcm.count, count * sampleRate / AudioCodec.pcmu.sampleRate)
    let made = widening?.process(room.span.extracting(..<count), into: &pcm) ?? 0
    // As long as the packet lasts, whatever the filter gave.
    if made < wanted { for index in made..<wanted { pcm[index] = 0 } }
    return wanted
  }

  /// A filter that gives a whole packet for each.
  static func resampler(from: Int, to: Int) -> Resampler? { try? Resampler(from: from, to: to, skipsLatency: false) }
}
