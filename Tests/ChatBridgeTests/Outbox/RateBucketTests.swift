import struct TestSupport.SeededGenerator
import Store
import Testing

@testable import ChatBridge

@Suite("Rates")
struct RateBucketTests {
  private static let start = Timestamp(milliseconds: 1_790_000_000_000)

  private func after(_ milliseconds: Int64) -> Timestamp { Self.start.advanced(by: .milliseconds(milliseconds)) }

  @Test("45 to one customer at once, then one each 6 seconds")
  func pairRate() {
    var bucket = RateBucket(capacity: 45, interval: .seconds(6))
    for _ in 0..<45 { #expect(bucket.take(at: Self.start) == nil) }
    #expect(bucket.take(at: Self.start) == after(6000))
    #expect(bucket.take(at: after(5999)) == after(6000))
    for turn: Int64 in 1...50 {
      #expect(bucket.take(at: after(6000 * turn)) == nil)
      #expect(bucket.take(at: after(6000 * turn)) == after(6000 * (turn + 1)))
    }
  }

  @Test("what was borrowed is paid back, and no more is ever saved than the capacity")
  func refill() {
    var bucket = RateBucket(capacity: 3, interval: .seconds(1))
    for _ in 0..<3 { _ = bucket.take(at: Self.start) }
    let isEarly = bucket.isFull(at: after(2999))
    let isFull = bucket.isFull(at: after(3000))
    #expect(!isEarly && isFull)
    let later = after(1_000_000)
    for _ in 0..<3 { #expect(bucket.take(at: later) == nil) }
    #expect(bucket.take(at: later) != nil)
  }

  @Test("at the time that it names there is one, at odd rates, too", arguments: 1...20)
  func promise(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bucket = RateBucket(
      capacity: Double.random(in: 1...20, using: &random),
      interval: .microseconds(Int64.random(in: 300...900_000, using: &random)))
    var now = Self.start
    for _ in 0..<500 {
      if let time = bucket.take(at: now) {
        #expect(time > now)
        now = time
        #expect(bucket.take(at: now) == nil, "seed \(seed)")
      }
    }
  }

  @Test("over any long time the rate is kept", arguments: 1...10)
  func keepsRate(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bucket = RateBucket(capacity: 20, interval: .milliseconds(125))
    var taken = 0
    var time: Int64 = 0
    while time < 600_000 {
      time += Int64.random(in: 0...100, using: &random)
      if bucket.take(at: after(time)) == nil { taken += 1 }
    }
    #expect(taken <= 20 + Int(time) / 125 && taken >= Int(time) / 125, "seed \(seed)")
  }

  @Test("a clock that is put back gives nothing and takes nothing away")
  func backwards() {
    var bucket = RateBucket(capacity: 1, interval: .seconds(1))
    #expect(bucket.take(at: after(100_000)) == nil)
    #expect(bucket.take(at: Self.start) == after(1000))
    #expect(bucket.take(at: after(1000)) == nil)
  }

  @Test("times at the ends of time do not trap")
  func extremes() {
    var bucket = RateBucket(capacity: 1, interval: .seconds(6))
    for time in [Int64.max, .min, 0, .max, .max - 1, .min, .min + 1] {
      let now = Timestamp(milliseconds: time)
      _ = bucket.take(at: now)
      #expect(bucket.take(at: now).map { $0 >= now } ?? true)
    }
    var odd = RateBucket(capacity: -5, interval: .seconds(-5))
    #expect(odd.take(at: Self.start) == nil)
  }
}
