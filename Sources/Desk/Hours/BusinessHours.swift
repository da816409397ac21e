import Foundation
package import Store

/// When people are there: hours of the week in one time zone, and days on which they don't hold.
///
/// Times are those on the wall. When clocks change, a time that is there twice opens at the first and closes at the last,
/// and one that is not there is the moment of the change: 24 hours are 23 or 25 then, as for whoever works them.
package struct BusinessHours: Sendable, Equatable {
  private let local: LocalTime
  /// By day, from Monday.
  private let week: [[DayInterval]]
  private let holidays: [Holiday]
  /// Whether somebody is there day and night.
  package let isAlways: Bool

  /// How far ahead an opening is looked for, in days.
  private static let horizon = 800

  /// Day and night.
  package static let always = BusinessHours()

  private init() {
    local = LocalTime(zone: .gmt)
    week = []
    holidays = []
    isAlways = true
  }

  /// The hours of `week`, but for `holidays`, of which one of a year comes before one of every year.
  ///
  /// - Parameter timeZone: its name in the IANA database, e.g. `Europe/Madrid`.
  /// - Throws: if the time zone is not known, or two rules overlap.
  package init(timeZone: String, week rules: [WeekRule], holidays: [Holiday] = []) throws(BusinessHoursError) {
    guard let zone = Self.zone(timeZone) else {
      throw BusinessHoursError("\"\(timeZone)\" is not a time zone; expected e.g. Europe/Madrid")
    }
    var week = [[DayInterval]](repeating: [], count: 7)
    for rule in rules {
      for day in rule.days where week.indices.contains(day) { week[day] += rule.intervals }
    }
    for (day, intervals) in week.enumerated() {
      try DayInterval.check(intervals, in: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day])
    }
    local = LocalTime(zone: zone)
    self.week = week.map { $0.sorted { $0.start < $1.start } }
    self.holidays = holidays.filter { $0.year != nil } + holidays.filter { $0.year == nil }
    isAlways = false
  }

  /// Whether there is such a time zone.
  package static func hasTimeZone(_ name: String) -> Bool { zone(name) != nil }

  /// Names alone: `TimeZone` also takes abbreviations, of which some mean several places.
  private static func zone(_ name: String) -> TimeZone? {
    guard name == "UTC" || name.contains("/"), name.utf8.count <= 64 else { return nil }
    return TimeZone(identifier: name)
  }

  /// Whether somebody is there at `time`.
  package func isOpen(at time: Timestamp) -> Bool {
    isAlways || nextOpening(after: time) == time
  }

  /// The first moment from `time` on at which somebody is there: `time` itself, if somebody is. Nil if there is none in
  /// the next two years.
  package func nextOpening(after time: Timestamp) -> Timestamp? {
    if isAlways { return time }
    for span in spans(from: time, days: Self.horizon) where span.upperBound > time {
      return max(span.lowerBound, time)
    }
    return nil
  }

  /// How long somebody is there between `start` and `end`, which counts ten years at most.
  package func openTime(from start: Timestamp, to end: Timestamp) -> Duration {
    guard start < end else { return .zero }
    if isAlways { return start.duration(to: end) }
    var sum = Duration.zero
    var counted = start
    for span in spans(from: start, days: 3660) {
      guard span.lowerBound < end else { break }
      let from = max(span.lowerBound, counted)
      let to = min(span.upperBound, end)
      guard from < to else { continue }
      sum += from.duration(to: to)
      counted = to
    }
    return sum
  }

  /// When somebody has been there for `duration` since `start`. Nil if that is not within the next two years.
  package func time(after duration: Duration, from start: Timestamp) -> Timestamp? {
    if isAlways { return start.advanced(by: duration) }
    var rest = duration
    var counted = start
    for span in spans(from: start, days: Self.horizon) {
      let from = max(span.lowerBound, counted)
      guard from < span.upperBound else { continue }
      let length = from.duration(to: span.upperBound)
      // At the very end of a span the time is up; it does not wait for the next one to begin.
      if rest <= length { return from.advanced(by: rest) }
      rest -= length
      counted = span.upperBound
    }
    return nil
  }

  /// The times at which somebody is there, by their beginning, from those that began on the day before `time`.
  private func spans(from time: Timestamp, days: Int) -> some Sequence<Range<Timestamp>> {
    let first = local.day(at: time.milliseconds / 1000) - 1
    return (first..<first + days).lazy.flatMap { spans(ofDay: $0) }
  }

  private func spans(ofDay day: Int) -> [Range<Timestamp>] {
    let midnight = Int64(day) * 86_400
    return intervals(ofDay: day).compactMap { interval in
      let start = local.seconds(atWall: midnight + Int64(interval.start) * 60).first
      let end = local.seconds(atWall: midnight + Int64(interval.end) * 60).last
      return start < end ? Timestamp(seconds: start)..<Timestamp(seconds: end) : nil
    }
  }

  private func intervals(ofDay day: Int) -> [DayInterval] {
    if !holidays.isEmpty {
      let date = CivilDate(daysSince1970: day)
      for holiday in holidays
      where holiday.month == date.month && holiday.day == date.day && (holiday.year ?? date.year) == date.year {
        return holiday.intervals
      }
    }
    let weekday = CivilDate.weekday(ofDay: day)
    return week.indices.contains(weekday) ? week[weekday] : []
  }
}
