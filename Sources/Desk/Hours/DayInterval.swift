/// A part of a day by the clock on the wall, in minutes since its midnight. One that ends past 24:00 runs into the next
/// day.
struct DayInterval: Sendable, Hashable {
  /// From 0 to 1439.
  let start: Int
  /// After `start`, by 24 hours at most.
  let end: Int

  /// Parses `09:00-14:00`; `24:00` is an end, and an end before the start is the next day's.
  init(_ text: Substring) throws(BusinessHoursError) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else {
      throw BusinessHoursError("\"\(text)\" is not a time from and to; expected e.g. 09:00-14:00")
    }
    let start = try Self.minutes(ends[0])
    let end = try Self.minutes(ends[1])
    guard start < 1440 else { throw BusinessHoursError("\"\(text)\" begins at 24:00; expected 00:00") }
    guard start != end else {
      throw BusinessHoursError("\"\(text)\" ends when it begins; a whole day is 00:00-24:00")
    }
    self.start = start
    self.end = end > start ? end : end + 1440
  }

  /// Parses `09:00-14:00, 16:00-20:00`, whose parts must not overlap.
  static func list(_ text: Substring) throws(BusinessHoursError) -> [DayInterval] {
    var result: [DayInterval] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      result.append(try DayInterval(part.trimmed))
    }
    try check(result, in: text)
    return result.sorted { $0.start < $1.start }
  }

  /// Throws if two of `intervals` overlap.
  static func check(_ intervals: [DayInterval], in text: Substring) throws(BusinessHoursError) {
    let sorted = intervals.sorted { $0.start < $1.start }
    for (left, right) in zip(sorted, sorted.dropFirst()) where left.end > right.start {
      throw BusinessHoursError("\"\(text)\": \(left) and \(right) overlap")
    }
  }

  private static func minutes(_ text: Substring) throws(BusinessHoursError) -> Int {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      let hours = parts[0].digits, let minutes = parts[1].digits,
      minutes < 60, hours * 60 + minutes <= 1440
    else { throw BusinessHoursError("\"\(text)\" is not a time of day; expected 00:00 to 24:00") }
    return hours * 60 + minutes
  }
}

extension DayInterval: CustomStringConvertible {
  var description: String { "\(Self.print(start))-\(Self.print(end > 1440 ? end - 1440 : end))" }

  private static func print(_ minutes: Int) -> String {
    let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
    return (hours < 10 ? "0" : "") + "\(hours):" + (rest < 10 ? "0" : "") + "\(rest)"
  }
}

extension Substring {
  /// Without the spaces around it.
  var trimmed: Substring {
    var result = self
    while result.first == " " { result.removeFirst() }
    while result.last == " " { result.removeLast() }
    return result
  }

  /// The number of at most four ASCII digits.
  var digits: Int? {
    guard (1...4).contains(utf8.count), utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(self)
  }
}
