import Audio
import Testing

@testable import RTPEngine

@Suite("an RTCP session")
struct RTCPSessionTests {
  private static let ntp = NTPTimestamp(unixSeconds: 1_700_000_000, nanoseconds: 0)

  private func ntp(ms: Double) -> NTPTimestamp {
    NTPTimestamp(unixSeconds: 1_700_000_000 + Int64(ms) / 1000, nanoseconds: Int64(ms) % 1000 * 1_000_000)
  }

  private func report(
    _ session: inout RTCPSession, _ sender: borrowing SendStream, _ receiver: inout Receiver, ms: Double
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 300)
    var span = bytes.mutableSpan
    let count = session.writeReport(
      into: &span, sender: sender, receiver: &receiver, ntp: ntp(ms: ms), at: Wire.at(ms))
    return Array(bytes[..<count])
  }

  private func send(_ stream: inout SendStream, ms: Double) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 200)
    var span = bytes.mutableSpan
    let count = stream.write(pcm: [Int16](repeating: 0, count: 160).span, into: &span, at: Wire.at(ms))
    return Array(bytes[..<count])
  }

  @Test("the first report is due within five seconds, and the next ones are spread", arguments: 0..<50)
  func timing(seed: UInt64) {
    var session = RTCPSession(localSSRC: 1, cname: "x", seed: seed, at: Wire.start)
    #expect(session.nextReport > Wire.start)
    #expect(session.nextReport <= Wire.start + .seconds(5))
    let sender = SendStream(seed: 1)
    var receiver = Receiver(at: Wire.start)
    _ = report(&session, sender, &receiver, ms: 1000)
    #expect(session.nextReport >= Wire.at(3000))
    #expect(session.nextReport <= Wire.at(7200))
  }

  @Test("a receiver report while nothing was sent, a sender report after")
  func kinds() {
    var session = RTCPSession(localSSRC: 1, cname: "x", seed: 1, at: Wire.start)
    var sender = SendStream(seed: 1)
    var receiver = Receiver(at: Wire.start)
    #expect(report(&session, sender, &receiver, ms: 0)[1] == 201)
    _ = send(&sender, ms: 20)
    let bytes = report(&session, sender, &receiver, ms: 1020)
    #expect(bytes[1] == 200)
    #expect(bytes.span.bigEndian32(at: 20) == 1)
    #expect(bytes.span.bigEndian32(at: 24) == 160)
    // One second after the packet, its clock has gone on by 8000.
    #expect(bytes.span.bigEndian32(at: 16) == sender.timestamp(at: Wire.at(20)) &+ 8000)
  }

  @Test("two sessions measure the round trip between them, and the loss")
  func roundTrip() throws {
    var sender = SendStream(seed: 1)
    var otherSender = SendStream(seed: 2)
    var session = RTCPSession(localSSRC: sender.ssrc, cname: "a", seed: 1, at: Wire.start)
    var other = RTCPSession(localSSRC: otherSender.ssrc, cname: "b", seed: 2, at: Wire.start)
    var receiver = Receiver(at: Wire.start)
    var otherReceiver = Receiver(at: Wire.start)
    for packet in 0..<100 {
      let bytes = send(&sender, ms: Double(packet) * 20)
      if packet % 4 != 1 { _ = otherReceiver.receive(bytes, ms: Double(packet) * 20 + 30) }
      _ = send(&otherSender, ms: Double(packet) * 20)
    }
    let first = report(&session, sender, &receiver, ms: 2000)
    #expect(other.receive(first.span, at: Wire.at(2030)) == .report)
    let answer = report(&other, otherSender, &otherReceiver, ms: 3000)
    #expect(session.receive(answer.span, at: Wire.at(3050)) == .report)
    let roundTrip = session.roundTrip
    let measured = try #require(roundTrip)
    #expect(abs((measured - .milliseconds(80)) / .milliseconds(1)) < 1)
    let remoteReport = session.remoteReport
    let block = try #require(remoteReport)
    #expect(block.cumulativeLost == 25)
    #expect(block.fractionLost == 64)
    #expect(block.jitter == 0)
  }

  @Test("a round trip that cannot be is not believed")
  func forgedRoundTrip() {
    var sender = SendStream(seed: 1)
    _ = send(&sender, ms: 0)
    var session = RTCPSession(localSSRC: sender.ssrc, cname: "a", seed: 1, at: Wire.start)
    var receiver = Receiver(at: Wire.start)
    _ = report(&session, sender, &receiver, ms: 0)
    var bytes = [UInt8](repeating: 0, count: 32)
    var span = bytes.mutableSpan
    var writer = RTCPWriter()
    writer.report(
      ssrc: 9, sender: nil, block: ReportBlock(ssrc: sender.ssrc, lastSenderReport: 12, delaySinceLastSenderReport: 0),
      into: &span)
    _ = session.receive(bytes.span, at: Wire.at(100))
    #expect(session.roundTrip == nil)
  }

  @Test("the last compound says good-bye, and is understood")
  func bye() {
    let sender = SendStream(seed: 1)
    var session = RTCPSession(localSSRC: sender.ssrc, cname: "a", seed: 1, at: Wire.start)
    var receiver = Receiver(at: Wire.start)
    var bytes = [UInt8](repeating: 0, count: 300)
    var span = bytes.mutableSpan
    let count = session.writeBye(into: &span, sender: sender, receiver: &receiver, ntp: Self.ntp, at: Wire.start)
    bytes.removeSubrange(count...)
    var other = RTCPSession(localSSRC: 2, cname: "b", seed: 1, at: Wire.start)
    #expect(other.receive(bytes.span, at: Wire.start) == .bye)
  }

  @Test("jitter follows appendix A.8")
  func jitter() {
    var reception = ReceptionStatistics(clockRate: 8000)
    // Transits alternate by 8 ms (64 units): the estimate tends to 64.
    for packet in 0..<400 {
      let late = packet % 2 == 0 ? 0.0 : 8.0
      reception.count(octets: 160, timestamp: UInt32(packet * 160), at: Wire.at(Double(packet) * 20 + late))
    }
    #expect((60...66).contains(reception.jitter))
  }
}
