import Store
import Testing
import TestSupport

@testable import Desk

/// A moment written as `2026-03-29T01:00Z`.
func moment(_ text: String) -> Timestamp {
  let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
  guard parts.count >= 5, let date = CivilDate(year: parts[0], month: parts[1], day: parts[2]) else {
    Issue.record("\(text) is no moment")
    return Timestamp(milliseconds: 0)
  }
  let second = parts.count > 5 ? parts[5] : 0
  return Timestamp(seconds: Int64(date.daysSince1970 * 86_400 + parts[3] * 3600 + parts[4] * 60 + second))
}

func hours(_ zone: String, _ week: [String], holidays: [String] = []) throws -> BusinessHours {
  try BusinessHours(timeZone: zone, week: week.map { try WeekRule($0) }, holidays: holidays.map { try Holiday($0) })
}

@Suite("Business hours")
struct BusinessHoursTests {
  private static let office = ["mon-fri 09:00-14:00, 16:00-20:00", "sat 10:00-13:00"]

  @Test(
    "they are those of the wall in their own time zone, summer and winter",
    arguments: [
      // A Monday in winter, UTC+1.
      ("2026-01-12T07:59Z", false), ("2026-01-12T08:00Z", true), ("2026-01-12T12:59Z", true),
      ("2026-01-12T13:00Z", false), ("2026-01-12T15:00Z", true), ("2026-01-12T19:00Z", false),
      // A Monday in summer, UTC+2.
      ("2026-07-13T06:59Z", false), ("2026-07-13T07:00Z", true), ("2026-07-13T18:00Z", false),
      // A Saturday and a Sunday.
      ("2026-01-17T09:00Z", true), ("2026-01-17T12:00Z", false), ("2026-01-18T10:00Z", false),
    ])
  func week(text: String, open: Bool) throws {
    #expect(try hours("Europe/Madrid", Self.office).isOpen(at: moment(text)) == open)
  }

  @Test(
    "the next opening is the moment itself, later the same day, or after the weekend",
    arguments: [
      ("2026-01-12T08:30Z", "2026-01-12T08:30Z"), ("2026-01-12T13:00Z", "2026-01-12T15:00Z"),
      ("2026-01-12T19:00Z", "2026-01-13T08:00Z"), ("2026-01-17T12:00Z", "2026-01-19T08:00Z"),
      // Over the change to summer time on Sunday the 29th.
      ("2026-03-28T12:00Z", "2026-03-30T07:00Z"), ("2026-10-24T11:00Z", "2026-10-26T08:00Z"),
    ])
  func nextOpening(from: String, expected: String) throws {
    #expect(try hours("Europe/Madrid", Self.office).nextOpening(after: moment(from)) == moment(expected))
  }

  @Test(
    "a night in which clocks change is an hour shorter or longer",
    arguments: [
      // Madrid puts clocks forward at 2026-03-29T01:00Z and back at 2026-10-25T01:00Z.
      ("Europe/Madrid", "sun 00:00-24:00", "2026-03-28T12:00Z", "2026-03-30T12:00Z", 23),
      ("Europe/Madrid", "sun 00:00-24:00", "2026-10-24T12:00Z", "2026-10-26T12:00Z", 25),
      ("Europe/Madrid", "sat 22:00-06:00", "2026-03-28T12:00Z", "2026-03-30T12:00Z", 7),
      ("Europe/Madrid", "sat 22:00-06:00", "2026-10-24T12:00Z", "2026-10-26T12:00Z", 9),
      // São Paulo had its changes at midnight until 2019: forward on 2018-11-04, back on 2018-02-18.
      ("America/Sao_Paulo", "sun 00:00-24:00", "2018-11-03T12:00Z", "2018-11-05T12:00Z", 23),
      ("America/Sao_Paulo", "sat 00:00-24:00", "2018-02-16T12:00Z", "2018-02-19T12:00Z", 25),
      ("America/Sao_Paulo", "sun 00:00-24:00", "2026-10-31T12:00Z", "2026-11-02T12:00Z", 24),
      ("UTC", "sun 00:00-24:00", "2026-03-28T12:00Z", "2026-03-30T12:00Z", 24),
    ])
  func changes(zone: String, rule: String, from: String, to: String, expected: Int) throws {
    #expect(
      try hours(zone, [rule]).openTime(from: moment(from), to: moment(to)) == .seconds(expected * 3600))
  }

  @Test("a time that is not there is the moment of the change; one that is there twice opens first and closes last")
  func gaps() throws {
    let night = try hours("Europe/Madrid", ["sun 02:30-04:00"])
    // 02:30 does not exist on March 29th: at 01:00Z it is 03:00 at once.
    #expect(night.nextOpening(after: moment("2026-03-28T12:00Z")) == moment("2026-03-29T01:00Z"))
    // 02:30 is there at 00:30Z and again at 01:30Z on October 25th.
    #expect(night.nextOpening(after: moment("2026-10-24T12:00Z")) == moment("2026-10-25T00:30Z"))
    let early = try hours("Europe/Madrid", ["sun 01:00-02:30"])
    #expect(early.isOpen(at: moment("2026-10-25T01:29Z")))
    #expect(!early.isOpen(at: moment("2026-10-25T01:30Z")))
    // What lies wholly in the hour that is not there is not there.
    let lost = try hours("Europe/Madrid", ["sun 02:10-02:50"])
    #expect(lost.nextOpening(after: moment("2026-03-28T12:00Z")) == moment("2026-04-05T00:10Z"))
    // Midnight itself is missing.
    let paulista = try hours("America/Sao_Paulo", ["sun 00:00-02:00"])
    #expect(paulista.nextOpening(after: moment("2018-11-03T12:00Z")) == moment("2018-11-04T03:00Z"))
  }

  @Test("holidays close a date, a date of every year, or change its hours")
  func holidays() throws {
    let office = try hours(
      "Europe/Madrid", Self.office, holidays: ["12-25", "2026-12-24 09:00-12:00", "12-24", "2026-10-12", "02-29"])
    #expect(office.isOpen(at: moment("2026-12-24T10:59Z")))
    #expect(!office.isOpen(at: moment("2026-12-24T11:00Z")))
    #expect(!office.isOpen(at: moment("2027-12-24T09:00Z")))
    #expect(office.nextOpening(after: moment("2026-12-24T11:00Z")) == moment("2026-12-26T09:00Z"))
    #expect(!office.isOpen(at: moment("2026-10-12T09:00Z")))
    #expect(office.isOpen(at: moment("2027-10-12T09:00Z")))
    #expect(!office.isOpen(at: moment("2028-02-29T09:00Z")))
    #expect(office.isOpen(at: moment("2027-03-01T09:00Z")))
  }

  @Test("open time stops at closing and goes on at the next opening")
  func openTime() throws {
    let office = try hours("Europe/Madrid", Self.office)
    let friday = moment("2026-01-16T18:50Z")
    // Ten minutes on Friday evening, twenty on Saturday morning.
    #expect(office.time(after: .seconds(1800), from: friday) == moment("2026-01-17T09:20Z"))
    #expect(office.openTime(from: friday, to: moment("2026-01-17T09:20Z")) == .seconds(1800))
    #expect(office.time(after: .seconds(600), from: friday) == moment("2026-01-16T19:00Z"))
    #expect(office.openTime(from: moment("2026-01-12T00:00Z"), to: moment("2026-01-19T00:00Z")) == .seconds(48 * 3600))
    #expect(office.openTime(from: friday, to: friday) == .zero)
    #expect(office.openTime(from: moment("2026-01-19T00:00Z"), to: moment("2026-01-12T00:00Z")) == .zero)
  }

  @Test("open time adds up over any cut, and the time after it leads back", arguments: [1, 2, 3, 4] as [UInt64])
  func additive(seed: UInt64) throws {
    print("business hours: seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let all = [
      try hours("Europe/Madrid", Self.office, holidays: ["12-25", "10-25 01:00-04:00"]),
      try hours("America/Sao_Paulo", ["fri-sun 20:00-04:00", "wed 00:00-24:00"]),
      try hours("UTC", ["mon-sun 00:00-24:00"]), .always,
    ]
    let start = moment("2018-01-01T00:00Z").milliseconds
    for hours in all {
      for _ in 0..<20 {
        let points = (0..<3).map { _ in Timestamp(milliseconds: start + .random(in: 0..<40_000_000_000, using: &random))
        }
        .sorted()
        let (a, b, c) = (points[0], points[1], points[2])
        #expect(hours.openTime(from: a, to: c) == hours.openTime(from: a, to: b) + hours.openTime(from: b, to: c))
        let wanted = Duration.milliseconds(Int64.random(in: 1..<500_000_000, using: &random))
        let end = try #require(hours.time(after: wanted, from: a))
        #expect(hours.openTime(from: a, to: end) == wanted)
      }
    }
  }

  @Test("without any hours nobody ever comes; day and night somebody always does")
  func extremes() throws {
    let never = try hours("UTC", [])
    let now = moment("2026-01-12T08:00Z")
    #expect(!never.isOpen(at: now))
    #expect(never.nextOpening(after: now) == nil)
    #expect(never.time(after: .seconds(1), from: now) == nil)
    #expect(BusinessHours.always.isOpen(at: now))
    #expect(BusinessHours.always.nextOpening(after: now) == now)
    #expect(BusinessHours.always.time(after: .seconds(60), from: now) == now.advanced(by: .seconds(60)))
    let office = try hours("Europe/Madrid", Self.office)
    for absurd in [Int64.min, -1, .max] {
      let time = Timestamp(milliseconds: absurd)
      _ = office.isOpen(at: time)
      _ = office.openTime(from: time, to: now)
      _ = office.openTime(from: now, to: time)
      _ = office.time(after: .seconds(60), from: time)
    }
  }

  @Test(
    "a mistake in the hours of a week is named",
    arguments: [
      ("mon", "\"mon\" is not days and times; expected e.g. mon-fri 09:00-14:00, 16:00-20:00"),
      ("mon-fry 09:00-14:00", "\"fry\" is not a day; expected mon, tue, wed, thu, fri, sat, sun"),
      ("mon-tue-wed 09:00-14:00", "\"mon-tue-wed\" is not a range of days; expected e.g. mon-fri"),
      ("mon,mon 09:00-14:00", "\"mon,mon 09:00-14:00\" names mon twice"),
      ("mon 9-14", "\"9\" is not a time of day; expected 00:00 to 24:00"),
      ("mon 09:00", "\"09:00\" is not a time from and to; expected e.g. 09:00-14:00"),
      ("mon 09:00-24:01", "\"24:01\" is not a time of day; expected 00:00 to 24:00"),
      ("mon 24:00-02:00", "\"24:00-02:00\" begins at 24:00; expected 00:00"),
      ("mon 09:00-09:00", "\"09:00-09:00\" ends when it begins; a whole day is 00:00-24:00"),
      (
        "mon 09:00-14:00, 13:00-15:00",
        "\"09:00-14:00, 13:00-15:00\": 09:00-14:00 and 13:00-15:00 overlap"
      ),
      ("mon 09:00-14:00,", "\"\" is not a time from and to; expected e.g. 09:00-14:00"),
    ])
  func weekMistakes(text: String, expected: String) {
    #expect(throws: BusinessHoursError(expected)) { try WeekRule(text) }
  }

  @Test(
    "a mistake in a holiday is named",
    arguments: [
      ("25.12.", "\"25.12.\" is not a date; expected e.g. 2026-12-25, or 12-25 for every year"),
      ("26-12-25", "\"26-12-25\" is not a date; expected e.g. 2026-12-25, or 12-25 for every year"),
      ("13-01", "there is no day \"13-01\"; expected e.g. 2026-12-25 or 12-25"),
      ("2026-02-29", "there is no day \"2026-02-29\"; expected e.g. 2026-12-25 or 12-25"),
      ("12-24 9-13", "\"9\" is not a time of day; expected 00:00 to 24:00"),
    ])
  func holidayMistakes(text: String, expected: String) {
    #expect(throws: BusinessHoursError(expected)) { try Holiday(text) }
  }

  @Test("an unknown time zone, an ambiguous one, and rules that overlap are mistakes")
  func zoneMistakes() throws {
    #expect(!BusinessHours.hasTimeZone("Europe/Madrd"))
    #expect(!BusinessHours.hasTimeZone("IST"))
    #expect(BusinessHours.hasTimeZone("UTC"))
    #expect(throws: BusinessHoursError("\"Mars/Olympus\" is not a time zone; expected e.g. Europe/Madrid")) {
      try hours("Mars/Olympus", ["mon 09:00-14:00"])
    }
    #expect(throws: BusinessHoursError("\"tue\": 09:00-14:00 and 12:00-13:00 overlap")) {
      try hours("UTC", ["mon-fri 09:00-14:00", "tue 12:00-13:00"])
    }
  }

  @Test("dates are those of the calendar")
  func dates() {
    for (day, text) in [(0, "1970-1-1"), (789, "1972-2-29"), (11_016, "2000-2-29"), (20_820, "2027-1-2")] {
      let date = CivilDate(daysSince1970: day)
      #expect("\(date.year)-\(date.month)-\(date.day)" == text)
    }
    for day in stride(from: 0, to: 200_000, by: 7) { #expect(CivilDate(daysSince1970: day).daysSince1970 == day) }
    #expect(CivilDate(year: 2100, month: 2, day: 29) == nil)
    #expect(CivilDate.weekday(ofDay: 20_465) == 0)
  }
}
