/// A date of the Gregorian calendar, without a time zone.
struct CivilDate: Sendable, Hashable {
  /// From 1970 to 9999.
  let year: Int
  /// From 1.
  let month: Int
  /// From 1.
  let day: Int

  /// A date that exists, or nil.
  init?(year: Int, month: Int, day: Int) {
    guard (1970...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.length(ofMonth: month, in: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date so many days after 1970-01-01; the ends of the calendar for days beyond them.
  init(daysSince1970 days: Int) {
    var rest = min(max(days, 0), 2_932_896)
    // Whole cycles of 400 years would be of no help in a range this small: a first guess that is never too late, then on.
    var year = 1970 + rest / 366
    rest -= Self.days(before: year)
    while rest >= Self.length(ofYear: year) {
      rest -= Self.length(ofYear: year)
      year += 1
    }
    var month = 1
    while rest >= Self.length(ofMonth: month, in: year) {
      rest -= Self.length(ofMonth: month, in: year)
      month += 1
    }
    self.year = year
    self.month = month
    day = rest + 1
  }

  /// Days since 1970-01-01.
  var daysSince1970: Int {
    (1..<month).reduce(Self.days(before: year)) { $0 + Self.length(ofMonth: $1, in: year) } + day - 1
  }

  /// The day of the week, from 0 for Monday.
  static func weekday(ofDay daysSince1970: Int) -> Int { ((daysSince1970 + 3) % 7 + 7) % 7 }

  private static func days(before year: Int) -> Int {
    let past = year - 1
    let leaps = past / 4 - past / 100 + past / 400
    // 477 leap days lie before 1970.
    return (year - 1970) * 365 + leaps - 477
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func length(ofYear year: Int) -> Int { isLeap(year) ? 366 : 365 }

  private static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
