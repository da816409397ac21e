import Audio

/// Makes payloads of sound at the rate of the leg. Owns all that codecs remember from one packet to the next.
///
/// Media path: does not allocate after `init`.
struct AudioEncoder: ~Copyable {
  /// Samples that one payload is made of at most: 60 ms.
  private let longest: Int
  /// Samples a second of what goes in.
  let sampleRate: Int
  /// From `sampleRate` to what G.711 has, where that is less. Without memory for it, silence is sent.
  private var narrowing: Resampler?
  private let narrow: UnsafeMutableBufferPointer<Int16>

  init(sampleRate: Int) {
    self.sampleRate = sampleRate
    longest = max(1, sampleRate * 60 / 1000)
    G711.warmUp()
    let isWider = sampleRate != AudioCodec.pcmu.sampleRate
    narrowing = isWider ? AudioDecoder.resampler(from: sampleRate, to: AudioCodec.pcmu.sampleRate) : nil
    narrow = .allocate(capacity: isWider ? longest : 0)
    narrow.initialize(repeating: 0)
  }

  deinit { narrow.deallocate() }

  /// Encodes `pcm` to the start of `payload`; returns its bytes, 0 if there is no room.
  mutating func encode(_ pcm: Span<Int16>, as codec: AudioCodec, into payload: inout MutableSpan<UInt8>) -> Int {
    switch codec {
    case .pcmu: narrowband(pcm, .mulaw, into: &payload)
    case .pcma: narrowband(pcm, .alaw, into: &payload)
    }
  }

  private mutating func narrowband(
    _ pcm: Span<Int16>, _ law: G711Law, into payload: inout MutableSpan<UInt8>
  ) -> Int {
    guard sampleRate != AudioCodec.pcmu.sampleRate else { return G711.encode(pcm, into: &payload, law: law) }
    guard pcm.count <= longest else { return 0 }
    var room = narrow.mutableSpan
    let made = narrowing?.process(pcm, into: &room) ?? 0
    let wanted = min(room.count, pcm.count * AudioCodec.pcmu.sampleRate / sampleRate)
    // As long as the sound lasts, whatever the filter gave.
    if made < wanted { for index in made..<wanted { room[index] = 0 } }
    return G711.encode(room.span.extracting(..<wanted), into: &payload, law: law)
  }
}
