/// A digit in the body of an INFO request, in the two forms that are in use.
struct DigitInfo: Sendable, Hashable {
  let digit: Character
  let duration: Duration?

  /// The media types that are understood.
  static let mediaTypes = ["application/dtmf-relay", "application/dtmf"]

  /// Reads `Signal=5` and `Duration=160` (milliseconds), or the digit alone. Nil for anything else.
  init?(_ body: [UInt8]) {
    let text = String(decoding: body.prefix(256), as: UTF8.self)
    var digit: Character?
    var duration: Duration?
    for line in text.split(whereSeparator: { $0 == "\r" || $0 == "\n" || $0 == "\r\n" }) {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.last.map { $0.filter { $0 != " " && $0 != "\t" } } ?? ""
      if parts.count == 1 {
        digit = digit ?? Self.digit(value)
      } else if parts[0].lowercased().filter({ $0 != " " }) == "signal" {
        digit = Self.digit(value)
      } else if parts[0].lowercased().filter({ $0 != " " }) == "duration", let milliseconds = UInt32(value) {
        duration = .milliseconds(min(Int(milliseconds), 60_000))
      }
    }
    guard let digit else { return nil }
    self.digit = digit
    self.duration = duration
  }

  /// A digit as itself, or as the event number of RFC 4733 (10 is the star, 11 the hash, 12 to 15 are A to D).
  private static func digit(_ text: String) -> Character? {
    switch text {
    case "10": "*"
    case "11": "#"
    case "12": "A"
    case "13": "B"
    case "14": "C"
    case "15": "D"
    default:
      text.count == 1 && text.utf8.count == 1
        ? text.uppercased().first { "0123456789*#ABCD".contains($0) } : nil
    }
  }
}
