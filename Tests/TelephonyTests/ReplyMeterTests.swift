import Audio
import Testing

@testable import Telephony

@Suite("Reply meter")
struct ReplyMeterTests {
  private static let rate = 8000
  private let start = Instant.now

  private static func sound(_ milliseconds: Int) -> [Int16] {
    (0..<(rate * milliseconds / 1000)).map { $0 % 2 == 0 ? 8000 : -8000 }
  }

  private static func silence(_ milliseconds: Int) -> [Int16] {
    [Int16](repeating: 0, count: rate * milliseconds / 1000)
  }

  /// What `samples` are answered with when audible packets come in the milliseconds of `audible` after the start.
  private func replies(to samples: [Int16], audible: [Range<Int>], until end: Int = 5000) -> [Reply] {
    var meter = ReplyMeter(playing: samples, sampleRate: Self.rate)
    meter.began(at: start)
    for time in stride(from: 0, to: end, by: 20) {
      meter.heard(audible: audible.contains { $0.contains(time) }, at: start + .milliseconds(time))
    }
    return meter.replies.map {
      Reply(utterance: $0.utterance, milliseconds: Int(($0.delay / .milliseconds(1)).rounded()))
    }
  }

  private struct Reply: Equatable {
    var utterance: Int
    /// Whole ones, since offsets in a file are fractions of seconds.
    var milliseconds: Int
  }

  @Test("utterances end where the last audible packet does, if a gap follows or the file ends")
  func utterances() {
    let samples =
      Self.silence(100) + Self.sound(400) + Self.silence(300) + Self.sound(200) + Self.silence(200) + Self.sound(100)
    let ends = ReplyMeter.utteranceEnds(in: samples, sampleRate: Self.rate)
    #expect(ends == [500 * 8, 1300 * 8])
    #expect(ReplyMeter.utteranceEnds(in: Self.silence(1000), sampleRate: Self.rate) == [])
    #expect(ReplyMeter.utteranceEnds(in: [], sampleRate: Self.rate) == [])
  }

  @Test("a reply is counted from the end of the utterance to its first audible packet")
  func delay() {
    let heard = replies(to: Self.sound(1000), audible: [1600..<3000])
    #expect(heard == [Reply(utterance: 1, milliseconds: 600)])
  }

  @Test("what was heard before the utterance was over, a greeting for instance, is no reply to it")
  func greeting() {
    let heard = replies(to: Self.sound(1000), audible: [0..<800, 1600..<3000])
    #expect(heard == [Reply(utterance: 1, milliseconds: 600)])
  }

  @Test("what goes on over the utterance's end after a pause shorter than the gap is no reply to it")
  func spanning() {
    let heard = replies(to: Self.sound(1000), audible: [0..<900, 1100..<1500, 1900..<3000])
    #expect(heard == [Reply(utterance: 1, milliseconds: 900)])
  }

  @Test("a pause inside a reply that is shorter than the gap begins no second one")
  func pauses() {
    let samples = Self.sound(500) + Self.silence(3000) + Self.sound(100)
    let heard = replies(to: samples, audible: [1000..<1400, 1600..<2400, 4000..<4400])
    #expect(
      heard == [Reply(utterance: 1, milliseconds: 500), Reply(utterance: 2, milliseconds: 400)])
  }

  @Test("of two utterances with one reply the later is answered")
  func joined() {
    let samples = Self.sound(500) + Self.silence(400) + Self.sound(500)
    let heard = replies(to: samples, audible: [2000..<3000])
    #expect(heard == [Reply(utterance: 2, milliseconds: 600)])
  }

  @Test("nothing is measured before playout has begun, and its begin is told once")
  func begin() {
    var meter = ReplyMeter(playing: Self.sound(100), sampleRate: Self.rate)
    meter.heard(audible: true, at: start)
    #expect(meter.replies.isEmpty)
    meter.began(at: start)
    meter.began(at: start + .seconds(5))
    meter.heard(audible: false, at: start + .milliseconds(20))
    meter.heard(audible: true, at: start + .milliseconds(400))
    #expect(meter.replies.map(\.delay) == [.milliseconds(300)])
  }
}
