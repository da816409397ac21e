/// Names of records: a word for what it is, then the time and 80 random bits in Crockford's base 32, so that names sort by
/// time and nobody can guess one.
public enum RecordID {
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// A new name such as `msg_01j…`.
  public static func make(_ word: String, at time: Timestamp) -> String {
    var text = Array("\(word)_".utf8)
    let milliseconds = UInt64(clamping: time.milliseconds) & 0xffff_ffff_ffff
    append(milliseconds, digits: 10, to: &text)
    append(.random(in: 0..<(1 << 40)), digits: 8, to: &text)
    append(.random(in: 0..<(1 << 40)), digits: 8, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  private static func append(_ value: UInt64, digits count: Int, to text: inout [UInt8]) {
    for place in (0..<count).reversed() { text.append(digits[Int(value >> UInt64(place * 5) & 31)]) }
  }
}
