extension Timestamp {
  /// The date in UTC, e.g. `2026-11-28`.
  public var day: String { String(text.prefix(10)) }

  /// As RFC 3339 has it, in UTC, e.g. `2026-11-28T03:36:14.250Z`.
  public var text: String {
    let limit: Int64 = 253_402_300_799_999
    let clamped = min(max(milliseconds, 0), limit)
    let (days, inDay) = (clamped / 86_400_000, clamped % 86_400_000)
    // The civil calendar from days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
    let time = "\(pad(inDay / 3_600_000, 2)):\(pad(inDay / 60_000 % 60, 2)):\(pad(inDay / 1000 % 60, 2))"
    return "\(date)T\(time).\(pad(inDay % 1000, 3))Z"
  }
}
