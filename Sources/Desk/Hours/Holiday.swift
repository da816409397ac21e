/// A date on which the hours of the week don't hold: nobody is there, or at other times.
package struct Holiday: Sendable, Equatable {
  /// Nil for every year.
  let year: Int?
  let month: Int
  let day: Int
  /// The times on that day; none if nobody is there.
  let intervals: [DayInterval]

  /// Parses `2026-12-25`, `12-25` (every year), or either with the times of that day: `12-24 09:00-13:00`.
  package init(_ text: String) throws(BusinessHoursError) {
    let text = text[...].trimmed
    let space = text.firstIndex(of: " ")
    let date = text[..<(space ?? text.endIndex)]
    var parts = date.split(separator: "-", omittingEmptySubsequences: false)
    var year: Int?
    if parts.count == 3 {
      guard parts[0].utf8.count == 4, let number = parts[0].digits else { throw Self.unreadable(date) }
      year = number
      parts.removeFirst()
    }
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
      let month = parts[0].digits, let day = parts[1].digits
    else { throw Self.unreadable(date) }
    // A yearly one may be on February 29th; it is there in leap years.
    guard CivilDate(year: year ?? 2000, month: month, day: day) != nil else {
      throw BusinessHoursError("there is no day \"\(date)\"; expected e.g. 2026-12-25 or 12-25")
    }
    self.year = year
    self.month = month
    self.day = day
    intervals = if let space { try DayInterval.list(text[space...].trimmed) } else { [] }
  }

  private static func unreadable(_ date: Substring) -> BusinessHoursError {
    BusinessHoursError("\"\(date)\" is not a date; expected e.g. 2026-12-25, or 12-25 for every year")
  }
}
