internal import COpusEnc

/// Makes an Ogg Opus file (RFC 7845) in memory out of mono PCM: a voice note as WhatsApp takes it.
///
/// One channel, packets of 20 ms, pages of one second. Off the media path: allocates.
public struct OggOpusWriter: ~Copyable, @unchecked Sendable {
  // Unchecked: the pointer has this one owner, which can be handed over but not shared.
  private let encoder: OpaquePointer
  private var bytes: [UInt8] = []
  private var isEmpty = true

  /// Of 0 to 10: measured with 30 s of speech at 24 kHz and 24 kbit/s on one core at a time (release build, libopus
  /// 1.3.1), 0, 5, 6, 8 and 10 take 180, 290, 350, 465 and 465 ms, and the spectrum comes back within 2.9, 2.3, 2.2, 2.2
  /// and 2.2 dB. Most of what there is to gain is there at 5; the rest costs up to 60 % more of the time that calls want too.
  private static let complexity: Int32 = 5

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - sampleRate: of what `write` takes: 8000 to 48000 Hz.
  ///   - bitRate: bits a second that speech takes on average: 6000 to 128000. At the default two minutes are about
  ///     390 KB.
  public init(sampleRate: Int, bitRate: Int = 24_000) throws(OggOpusError) {
    guard (8000...48_000).contains(sampleRate) else { throw .unsupportedRate(sampleRate) }
    guard (6000...128_000).contains(bitRate) else { throw .unsupportedBitRate(bitRate) }
    guard let comments = ope_comments_create() else { throw .outOfMemory }
    defer { ope_comments_destroy(comments) }
    var status: Int32 = 0
    guard let made = ope_encoder_create_pull(comments, Int32(sampleRate), 1, 0, &status) else {
      throw Self.reason(status)
    }
    let settings: [(request: Int32, value: Int32)] = [
      (OPUS_SET_APPLICATION_REQUEST, OPUS_APPLICATION_VOIP),
      (OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE),
      (OPUS_SET_BITRATE_REQUEST, Int32(bitRate)),
      (OPUS_SET_COMPLEXITY_REQUEST, Self.complexity),
      (OPUS_SET_EXPERT_FRAME_DURATION_REQUEST, OPUS_FRAMESIZE_20_MS),
      // The library would otherwise look two seconds ahead for where music begins, and `byteCount` would lag by these.
      (OPE_SET_DECISION_DELAY_REQUEST, 0),
      // Room for tags that nobody will write.
      (OPE_SET_COMMENT_PADDING_REQUEST, 0),
    ]
    for setting in settings where status == OPE_OK {
      status = copusenc_set(made, setting.request, setting.value)
    }
    // Pages can only be asked for once the header is made.
    if status == OPE_OK { status = ope_encoder_flush_header(made) }
    guard status == OPE_OK else {
      ope_encoder_destroy(made)
      throw Self.reason(status)
    }
    encoder = made
  }

  deinit {
    ope_encoder_destroy(encoder)
  }

  /// Bytes so far, so that a caller can stop in time. The last second of sound may not be among them yet: `finish` adds
  /// about `bitRate / 8` bytes.
  public var byteCount: Int { bytes.count }

  /// Appends samples; any number at a time. The file grows by about `bitRate / 8` bytes a second: bound it by
  /// ``byteCount`` or by time.
  public mutating func write(_ samples: [Int16]) throws(OggOpusError) {
    var start = 0
    while start < samples.count {
      // In pieces, so that pages are taken as they come.
      let count = min(samples.count - start, 1 << 16)
      let status = samples.withUnsafeBufferPointer { all in
        ope_encoder_write(encoder, all.baseAddress.map { $0 + start }, Int32(count))
      }
      guard status == OPE_OK else { throw Self.reason(status) }
      isEmpty = false
      try collect()
      start += count
    }
  }

  /// The whole file, exactly as long as what was written; throws where that was nothing.
  public consuming func finish() throws(OggOpusError) -> [UInt8] {
    // The library aborts the process when it is to end what never began.
    guard !isEmpty else { throw .noSound }
    let status = ope_encoder_drain(encoder)
    guard status == OPE_OK else { throw Self.reason(status) }
    try collect()
    return bytes
  }

  /// Takes the pages that are whole.
  private mutating func collect() throws(OggOpusError) {
    var page: UnsafeMutablePointer<UInt8>?
    var count: Int32 = 0
    while true {
      let status = ope_encoder_get_page(encoder, &page, &count, 0)
      guard status >= 0 else { throw Self.reason(status) }
      guard status > 0, let page, count > 0 else { return }
      bytes.append(contentsOf: UnsafeBufferPointer(start: page, count: Int(count)))
    }
  }

  private static func reason(_ status: Int32) -> OggOpusError {
    guard status != OPE_ALLOC_FAIL else { return .outOfMemory }
    return .encoder(code: status, message: ope_strerror(status).map { String(cString: $0) } ?? "unknown")
  }
}
