import Audio
import CAllocCount
import Testing

@testable import RTPEngine

/// The allocator can be watched, and the build is optimised: without the optimiser the compiler's own code allocates.
private func isMeasurable() -> Bool {
  var isOptimised = true
  assert(
    {
      isOptimised = false
      return true
    }())
  return isOptimised && alloc_count_is_active() == 1
}

@Suite("the media path")
struct MediaPathAllocationTests {
  /// A minute of a leg with loss, overtaking, digits both ways, a change of source and reports; returns what it
  /// allocated after the first second.
  private func run() -> UInt64 {
    var random = SeededGenerator(seed: 5)
    var sender = SendStream(seed: 1)
    var receiver = Receiver(at: Wire.start)
    var rtcp = RTCPSession(localSSRC: sender.ssrc, cname: "x", seed: 1, at: Wire.start)
    let digits = "1234".compactMap { DTMFDigit($0) }
    let pcm = [Int16](repeating: 500, count: 160)
    var heard = [Int16](repeating: 0, count: 160)
    var datagram = [UInt8](repeating: 0, count: 300)
    var delayed = [UInt8](repeating: 0, count: 172)
    var hasDelayed = false
    var before: UInt64 = 0
    for tick in 0..<3000 {
      if tick == 50 { before = alloc_count_of_this_thread() }
      let now = Wire.start + .milliseconds(tick * 20)
      if tick % 500 == 20 { for digit in digits { _ = sender.queueDigit(digit) } }
      var bytes = datagram.mutableSpan
      let count = sender.write(pcm: pcm.span, into: &bytes, at: now)
      if tick >= 1500, count >= 12 { datagram[11] ^= 0xFF }
      let fate = random.next() % 20
      if fate == 0, !hasDelayed, count == 172 {
        for index in 0..<172 { delayed[index] = datagram[index] }
        hasDelayed = true
      } else if fate != 1 {
        _ = receiver.receive(datagram.span.extracting(..<count), at: now)
        if hasDelayed {
          _ = receiver.receive(delayed.span, at: now)
          hasDelayed = false
        }
      }
      var frame = heard.mutableSpan
      _ = receiver.pull(into: &frame, at: now + .milliseconds(3))
      while receiver.pollDigit() != nil {}
      if now >= rtcp.nextReport {
        var report = datagram.mutableSpan
        let length = rtcp.writeReport(
          into: &report, sender: sender, receiver: &receiver,
          ntp: NTPTimestamp(unixSeconds: Int64(tick / 50), nanoseconds: 0), at: now)
        _ = rtcp.receive(datagram.span.extracting(..<length), at: now)
      }
    }
    return alloc_count_of_this_thread() - before
  }

  @Test(
    "receiving, playing, sending and reporting allocate nothing once a call runs",
    .enabled(if: isMeasurable(), "needs an optimised build"))
  func allocatesNothing() {
    // The first run makes the runtime's own caches.
    _ = run()
    #expect(run() == 0)
  }
}
