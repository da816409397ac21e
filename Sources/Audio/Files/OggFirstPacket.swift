/// Looks into the first page of an Ogg file (RFC 3533, section 6), where each codec has its mark.
enum OggFirstPacket {
  /// Whether `bytes` begin with the first page of a stream whose first packet begins with `mark`.
  static func begins(with mark: [UInt8], in bytes: [UInt8]) -> Bool {
    guard bytes.count > 26, bytes.starts(with: "OggS".utf8), bytes[4] == 0, bytes[5] & 2 != 0 else { return false }
    return bytes.dropFirst(27 + Int(bytes[26])).starts(with: mark)
  }
}
