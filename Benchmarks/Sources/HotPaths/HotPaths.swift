import Audio
import RTPEngine
import SIPStack
import Wire

/// What one message, packet or frame costs on one core: the median and the 95th percentile of many batches.
@main struct HotPaths {
  static func main() throws {
    print("median  p95     (ns each)")
    measureSIP()
    try measureMedia()
  }

  private static func measureSIP() {
    let invite = Array(
      """
      INVITE sip:desk@192.0.2.10 SIP/2.0\r
      Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds;rport\r
      Max-Forwards: 70\r
      From: "Bob" <sip:+34910000000@198.51.100.7>;tag=1928301774\r
      To: <sip:desk@192.0.2.10>\r
      Call-ID: a84b4c76e66710@198.51.100.7\r
      CSeq: 314159 INVITE\r
      Contact: <sip:bob@198.51.100.7:5060;transport=udp>\r
      Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, NOTIFY\r
      Content-Length: 0\r
      \r

      """.utf8)
    measure("SIP: parse an INVITE", each: 200) { _ = SIPParser.parse(datagram: invite) }
    guard case .message(let message) = SIPParser.parse(datagram: invite), case .request(let request) = message else {
      return
    }
    measure("SIP: serialise it", each: 200) { _ = request.serialized() }
  }

  private static func measureMedia() throws {
    let speech = (0..<160).map { Int16(truncatingIfNeeded: $0 * 331 % 9000 - 4500) }
    var octets = [UInt8](repeating: 0, count: 160)
    measure("G.711: encode 20 ms", each: 2000) {
      var span = octets.mutableSpan
      _ = G711.encode(speech.span, into: &span, law: .mulaw)
    }
    var detector = VoiceActivityDetector(sampleRate: 8000)
    measure("VAD: judge 20 ms", each: 500) { _ = detector.process(speech.span) }

    let start = ContinuousClock.now
    var now = start
    var sender = SendStream(codec: .pcmu, seed: 7)
    var receiver = Receiver(at: start)
    var datagram = [UInt8](repeating: 0, count: 200)
    var heard = [Int16](repeating: 0, count: 160)
    measure("RTP: send, receive, jitter buffer, decode", each: 500) {
      var target = datagram.mutableSpan
      let count = sender.write(pcm: speech.span, into: &target, at: now)
      _ = receiver.receive(datagram.span.extracting(0..<count), at: now)
      var frame = heard.mutableSpan
      _ = receiver.pull(into: &frame, at: now)
      now += .milliseconds(20)
    }
  }

  /// Runs `body` in 200 batches of `count` and prints what one run costs.
  private static func measure(_ name: String, each count: Int, _ body: () -> Void) {
    for _ in 0..<count { body() }
    let batches = (0..<200).map { _ in
      let begin = monotonicNanoseconds()
      for _ in 0..<count { body() }
      return Double(monotonicNanoseconds() - begin) / Double(count)
    }
    let result = Percentiles(batches)
    let columns = [tenths(result.at(0.5)), tenths(result.at(0.95))]
    print(columns.map { $0 + String(repeating: " ", count: max(1, 8 - $0.count)) }.joined() + name)
  }
}
