import Testing

@testable import RTPEngine

@Suite("figures of a leg")
struct LegStatisticsTests {
  @Test("a clean call scores 4.4, and delay and loss take from it")
  func score() {
    func score(_ milliseconds: Int, _ loss: Double) -> Double {
      LegStatistics.meanOpinionScore(delay: .milliseconds(milliseconds), loss: loss)
    }
    #expect(abs(score(0, 0) - 4.41) < 0.01)
    #expect(score(100, 0) > 4.3)
    #expect(score(400, 0) < 3.6)
    // G.113: 5 % random loss costs G.711 with concealment about 16 points of R.
    #expect(abs(score(0, 0.05) - 3.95) < 0.1)
    #expect(score(2000, 1) == 1)
  }

  @Test("sent, received and concealed come from the parts of the leg")
  func parts() {
    var sender = SendStream(seed: 1)
    var receiver = Receiver(at: Wire.start)
    let rtcp = RTCPSession(localSSRC: sender.ssrc, cname: "x", seed: 1, at: Wire.start)
    for tick in 0..<100 {
      var bytes = [UInt8](repeating: 0, count: 172)
      var span = bytes.mutableSpan
      _ = sender.write(pcm: [Int16](repeating: 9000, count: 160).span, into: &span, at: Wire.at(Double(tick) * 20))
      if tick % 10 != 5 { _ = receiver.receive(bytes, ms: Double(tick) * 20) }
      _ = receiver.pull(ms: Double(tick) * 20 + 5)
    }
    let statistics = LegStatistics(receiver: receiver, sender: sender, rtcp: rtcp)
    #expect(statistics.packetsSent == 100)
    #expect(statistics.octetsSent == 16_000)
    #expect(statistics.packetsReceived == 90)
    #expect(statistics.lost == 10)
    #expect(statistics.concealed == .milliseconds(200))
    #expect(statistics.meanOpinionScore < 3.8)
    #expect(statistics.roundTrip == nil)
  }
}
