/// The kind of a recording, told from its first bytes whatever its name or MIME type says.
public enum SoundFormat: String, Sendable, Hashable, CaseIterable {
  /// Opus in Ogg: WhatsApp's voice notes.
  case oggOpus
  /// Vorbis in Ogg.
  case oggVorbis
  /// RIFF/WAVE of any encoding.
  case wav
  /// MPEG layer III.
  case mp3
  /// MPEG-4, whatever is in it: what iPhones record.
  case mp4
  /// AAC by itself, in ADTS or ADIF.
  case aac
  /// Adaptive multi-rate, narrow or wide band.
  case amr
  /// FLAC by itself.
  case flac
  /// WebM: what browsers record.
  case webm

  /// The kind of what begins with `bytes`, nil if it is none of these. The first 64 bytes are enough, but for files
  /// with a tag (ID3) in front.
  public static func of(_ bytes: [UInt8]) -> SoundFormat? {
    let span = bytes.span
    switch bytes.first {
    case UInt8(ascii: "O"):
      if OggFirstPacket.begins(with: Array("OpusHead".utf8), in: bytes) { return .oggOpus }
      if OggFirstPacket.begins(with: Array("\u{1}vorbis".utf8), in: bytes) { return .oggVorbis }
    case UInt8(ascii: "R"):
      if has("RIFF", span) || has("RF64", span), has("WAVE", span, at: 8) { return .wav }
    case UInt8(ascii: "f"):
      if has("fLaC", span) { return .flac }
    case UInt8(ascii: "#"):
      if has("#!AMR\n", span) || has("#!AMR-WB\n", span) { return .amr }
    case UInt8(ascii: "A"):
      if has("ADIF", span) { return .aac }
    case UInt8(ascii: "I"):
      if has("ID3", span) { return tagged(span) }
    case 0x1A:
      // An EBML header, which names its kind before anything else.
      if has([0x1A, 0x45, 0xDF, 0xA3], span), (4..<64).contains(where: { has("webm", span, at: $0) }) { return .webm }
    case 0xFF: return frame(span, at: 0)
    default: break
    }
    return has("ftyp", span, at: 4) ? .mp4 : nil
  }

  /// As HTTP wants it; of Opus with its codec, without which WhatsApp refuses an upload.
  public var mimeType: String {
    switch self {
    case .oggOpus: "audio/ogg; codecs=opus"
    case .oggVorbis: "audio/ogg"
    case .wav: "audio/wav"
    case .mp3: "audio/mpeg"
    case .mp4: "audio/mp4"
    case .aac: "audio/aac"
    case .amr: "audio/amr"
    case .flac: "audio/flac"
    case .webm: "audio/webm"
    }
  }

  /// Without a dot; of Ogg always `ogg`, since speech recognisers that go by the name do not know `opus`.
  public var fileExtension: String {
    switch self {
    case .oggOpus, .oggVorbis: "ogg"
    case .mp4: "m4a"
    case .wav, .mp3, .aac, .amr, .flac, .webm: rawValue
    }
  }

  /// Behind an ID3 tag there is MPEG layer III, unless ADTS or FLAC can be seen there.
  private static func tagged(_ bytes: Span<UInt8>) -> SoundFormat {
    guard bytes.count >= 10 else { return .mp3 }
    // Seven bits a byte; a footer is ten bytes more.
    var size = 10 + (bytes[5] & 0x10 != 0 ? 10 : 0)
    for index in 6..<10 { size += Int(bytes[index] & 0x7F) << (7 * (9 - index)) }
    if has("fLaC", bytes, at: size) { return .flac }
    return frame(bytes, at: size) ?? .mp3
  }

  /// The kind of an MPEG audio frame: the bits of its header that can't be anything (ISO/IEC 11172-3, 13818-7).
  private static func frame(_ bytes: Span<UInt8>, at offset: Int) -> SoundFormat? {
    guard offset + 2 < bytes.count, bytes[offset] == 0xFF else { return nil }
    let second = bytes[offset + 1]
    let third = bytes[offset + 2]
    if second & 0xF6 == 0xF0 { return third >> 2 & 0xF < 13 ? .aac : nil }
    let isLayerIII = second & 0xE6 == 0xE2 && second & 0x18 != 0x08
    return isLayerIII && third >> 4 != 15 && third >> 2 & 3 != 3 ? .mp3 : nil
  }

  private static func has(_ mark: String, _ bytes: Span<UInt8>, at offset: Int = 0) -> Bool {
    has(Array(mark.utf8), bytes, at: offset)
  }

  private static func has(_ mark: [UInt8], _ bytes: Span<UInt8>, at offset: Int = 0) -> Bool {
    guard bytes.count - offset >= mark.count else { return false }
    for index in mark.indices where bytes[offset + index] != mark[index] { return false }
    return true
  }
}
