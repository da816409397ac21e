/// Durations as the configuration writes them: `500ms`, `1.5s`, `2m`, `1h`, `30d`.
package enum DurationText {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ms", 1e6), ("us", 1e3), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9),
  ]

  /// The duration, or `nil` for anything without a known unit, negative, or of more than a year.
  package static func parse(_ text: String) -> Duration? {
    let trimmed = text.trimmingPrefix(while: { $0 == " " })
    guard let unit = units.first(where: { trimmed.hasSuffix($0.name) }) else { return nil }
    let number = trimmed.dropLast(unit.name.count).filter { $0 != "_" && $0 != " " }
    guard !number.isEmpty, number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let value = Double(String(number)), value * unit.nanoseconds < 366 * 86_400e9
    else { return nil }
    return .nanoseconds(Int64((value * unit.nanoseconds).rounded()))
  }

  /// The shortest way to write it.
  package static func print(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    if milliseconds != 0, milliseconds % 86_400_000 == 0 { return "\(milliseconds / 86_400_000)d" }
    if milliseconds != 0, milliseconds % 3_600_000 == 0 { return "\(milliseconds / 3_600_000)h" }
    if milliseconds != 0, milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000)m" }
    if milliseconds != 0, milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
    return "\(milliseconds)ms"
  }
}
