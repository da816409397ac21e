/// When somebody is there on some days of the week, e.g. `mon-fri 09:00-14:00, 16:00-20:00`.
package struct WeekRule: Sendable, Equatable {
  /// The days, from 0 for Monday.
  let days: [Int]
  /// The times on each of them, in their order.
  let intervals: [DayInterval]

  private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Parses days (`mon`, `mon-fri`, `mon,wed`, `sat-mon`), a space, and times from and to with commas between.
  package init(_ text: String) throws(BusinessHoursError) {
    let text = text[...].trimmed
    guard let space = text.firstIndex(of: " ") else {
      throw BusinessHoursError("\"\(text)\" is not days and times; expected e.g. mon-fri 09:00-14:00, 16:00-20:00")
    }
    var days: [Int] = []
    for part in text[..<space].split(separator: ",", omittingEmptySubsequences: false) {
      for day in try Self.range(part) {
        guard !days.contains(day) else { throw BusinessHoursError("\"\(text)\" names \(Self.names[day]) twice") }
        days.append(day)
      }
    }
    self.days = days
    intervals = try DayInterval.list(text[space...].trimmed)
  }

  private static func range(_ text: Substring) throws(BusinessHoursError) -> [Int] {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = ends.first, let last = ends.last, ends.count <= 2 else {
      throw BusinessHoursError("\"\(text)\" is not a range of days; expected e.g. mon-fri")
    }
    let start = try day(first)
    let end = try day(last)
    return (0...(end - start + 7) % 7).map { (start + $0) % 7 }
  }

  private static func day(_ text: Substring) throws(BusinessHoursError) -> Int {
    guard let day = names.firstIndex(of: text.lowercased()) else {
      throw BusinessHoursError("\"\(text)\" is not a day; expected \(names.joined(separator: ", "))")
    }
    return day
  }
}
