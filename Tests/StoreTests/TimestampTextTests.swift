import Foundation
import Store
import Testing
import TestSupport

@Suite("Dates as text")
struct TimestampTextTests {
  @Test(
    "known moments",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_078_012_800_000, "2004-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (1_795_836_974_250, "2026-11-28T03:36:14.250Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func known(milliseconds: Int64, text: String) {
    #expect(Timestamp(milliseconds: milliseconds).text == text)
    #expect(Timestamp(milliseconds: milliseconds).day == String(text.prefix(10)))
  }

  @Test("what lies beyond the calendar is its nearest end")
  func clamped() {
    #expect(Timestamp(milliseconds: .min).text == "1970-01-01T00:00:00.000Z")
    #expect(Timestamp(milliseconds: .max).text == "9999-12-31T23:59:59.999Z")
  }

  @Test("a thousand random moments are as Foundation has them")
  func foundation() {
    var random = SeededGenerator(seed: 20_261_128)
    for _ in 0..<1000 {
      let milliseconds = Int64.random(in: 0...253_402_300_799_999, using: &random)
      // Whole seconds, so that no rounding of a Double can tell the two apart.
      let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
      let expected = date.formatted(.iso8601)
      let text = Timestamp(milliseconds: milliseconds).text
      #expect(text.prefix(19) + "Z" == expected, "\(milliseconds)")
      #expect(text.dropFirst(20).prefix(3) == String(String(1000 + milliseconds % 1000).dropFirst()))
    }
  }
}
