internal import Audio

/// What a receiver report says of one source: loss and jitter (RFC 3550 appendices A.3 and A.8).
///
/// Media path: does not allocate.
struct ReceptionStatistics: Sendable {
  private let clockRate: Int
  private var epoch: Instant?
  private var transit: Int64 = 0
  private var hasTransit = false
  /// Sixteen times the jitter, as in A.8.
  private var scaledJitter: Int64 = 0
  private var expectedBefore: Int64 = 0
  private var receivedBefore: Int64 = 0
  /// What was expected of counts that the source has since begun anew.
  private var expectedOfOldCounts: Int64 = 0

  /// Packets, duplicates and late ones too.
  private(set) var received: Int64 = 0
  /// Payload bytes.
  private(set) var octets: UInt64 = 0

  init(clockRate: Int) {
    self.clockRate = clockRate
  }

  /// A packet came. `timestamp` is `nil` for one that says nothing of jitter (the packets of a telephone event share
  /// one timestamp).
  mutating func count(octets size: Int, timestamp: UInt32?, at arrival: Instant) {
    received += 1
    octets += UInt64(size)
    guard let timestamp else { return }
    let start = epoch ?? arrival
    epoch = start
    let ticks = (arrival - start).inMicroseconds &* Int64(clockRate) / 1_000_000
    // Modulo 2^32, as timestamps are.
    let now = Int64(UInt32(truncatingIfNeeded: ticks) &- timestamp)
    if hasTransit {
      let difference = abs(Int64(Int32(truncatingIfNeeded: now &- transit)))
      // A jump of the sender's clock is no jitter.
      if difference < Int64(clockRate) { scaledJitter += difference - ((scaledJitter + 8) >> 4) }
    }
    transit = now
    hasTransit = true
  }

  /// The source begins its sequence anew: what was `expected` of the old one is settled.
  mutating func sequenceRestarts(expected: Int64) {
    expectedOfOldCounts += expected
  }

  /// Interarrival jitter in timestamp units.
  var jitter: UInt32 { UInt32(truncatingIfNeeded: max(0, scaledJitter >> 4)) }

  /// Packets lost, less duplicates, when the present sequence made `expected` packets expected.
  func lost(expected: Int64) -> Int64 {
    expectedOfOldCounts + expected - received
  }

  /// A block for the report that is due now; the next one's fraction counts from here.
  mutating func takeBlock(ssrc: UInt32, expected: Int64, extendedHighest: UInt32) -> ReportBlock {
    let total = expectedOfOldCounts + expected
    let expectedNow = total - expectedBefore
    let lostNow = expectedNow - (received - receivedBefore)
    expectedBefore = total
    receivedBefore = received
    let fraction = expectedNow > 0 && lostNow > 0 ? min(255, lostNow * 256 / expectedNow) : 0
    return ReportBlock(
      ssrc: ssrc, fractionLost: UInt8(fraction),
      cumulativeLost: Int32(max(-0x80_0000, min(0x7F_FFFF, lost(expected: expected)))),
      extendedHighest: extendedHighest, jitter: jitter)
  }
}
