import Audio
import Testing

@testable import Telephony

@Suite("When assist call hangs up by itself")
struct HangUpRuleTests {
  private static let rate = 8000
  private let start = Instant.now

  private static func sound(_ milliseconds: Int) -> [Int16] {
    (0..<(rate * milliseconds / 1000)).map { $0 % 2 == 0 ? 8000 : -8000 }
  }

  private static let pause = [Int16](repeating: 0, count: rate)
  private static let question = sound(1000)

  /// The milliseconds from the first packet to the hang-up, for a caller that plays `samples` until `played`, hears
  /// sound in `audible`, and gets the answers `answers` (utterance and when).
  private func hangUp(
    playing samples: [Int16], until played: Int?, audible: [Range<Int>] = [], answers: [(Int, Int)] = []
  ) -> Int? {
    var rule = HangUpRule(playing: samples, sampleRate: Self.rate)
    for time in stride(from: 0, to: 60_000, by: 20) {
      let now = start + .milliseconds(time)
      if let played, time == played { rule.played(at: now) }
      let answered = answers.last { $0.1 <= time }?.0
      if rule.heard(audible: audible.contains { $0.contains(time) }, answered: answered, at: now) { return time }
    }
    return nil
  }

  @Test("two quiet seconds after the answer")
  func answered() {
    let end = hangUp(playing: Self.question, until: 1000, audible: [1500..<4000], answers: [(1, 1500)])
    #expect(end == 3980 + 2000)
  }

  @Test("a pause of the answer below two seconds does not end the call")
  func pausing() {
    let end = hangUp(playing: Self.question, until: 1000, audible: [1500..<3000, 4900..<6000], answers: [(1, 1500)])
    #expect(end == 5980 + 2000)
  }

  @Test("a slow answer is waited for, whatever was heard before it")
  func slow() {
    let end = hangUp(
      playing: Self.question, until: 1000, audible: [0..<500, 11_000..<12_000], answers: [(1, 11_000)])
    #expect(end == 11_980 + 2000)
  }

  @Test("an answer to the first of two utterances is not the end")
  func twoUtterances() {
    let both = Self.question + Self.pause + Self.question
    let end = hangUp(playing: both, until: 3000, audible: [1200..<1800], answers: [(1, 1200)])
    #expect(end == 3000 + 15_000)
    let answered = hangUp(
      playing: both, until: 3000, audible: [1200..<1800, 3600..<4000], answers: [(1, 1200), (2, 3600)])
    #expect(answered == 3980 + 2000)
  }

  @Test("without an answer fifteen quiet seconds end it, counted from the last sound of either side")
  func unanswered() {
    #expect(hangUp(playing: Self.question, until: 1000) == 16_000)
    #expect(hangUp(playing: Self.question, until: 1000, audible: [0..<3000]) == 2980 + 15_000)
  }

  @Test("who plays nothing, or nothing audible, hears out fifteen quiet seconds")
  func silent() {
    #expect(hangUp(playing: [], until: nil) == 15_000)
    #expect(hangUp(playing: [], until: nil, audible: [3000..<5000]) == 4980 + 15_000)
    #expect(hangUp(playing: Self.pause, until: 1000, audible: [0..<500]) == 16_000)
  }

  @Test("while it plays it does not hang up")
  func playing() {
    #expect(hangUp(playing: Self.question, until: nil) == nil)
  }
}
