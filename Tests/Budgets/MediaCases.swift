import Audio
import RTPEngine

/// Something like a voice: a buzz that is loud enough to be one.
private let voice = (0..<160).map { Int16(truncatingIfNeeded: $0 * 331 % 9000 - 4500) }

let mediaCases: [BudgetCase] = [
  BudgetCase("media: encode and packetise 20 ms", runs: 1000) {
    let now = ContinuousClock.now
    let stream = Held(SendStreamBox(seed: 7))
    return .plain { stream.value.send(voice, at: now) }
  },
  BudgetCase("media: receive a packet, buffer it, decode and play it", runs: 1000) {
    let line = Held(Line())
    return .plain { line.value.tick(isLost: { _ in false }) }
  },
  BudgetCase("media: the same, with one packet of ten lost and concealed", runs: 1000) {
    let line = Held(Line())
    return .plain { line.value.tick(isLost: { $0 % 10 == 3 }) }
  },
  BudgetCase("media: a report to send and one that came", runs: 200) {
    let line = Held(Line())
    for _ in 0..<100 { line.value.tick(isLost: { _ in false }) }
    return .plain { line.value.report() }
  },
  BudgetCase("audio: voice activity of 20 ms", runs: 500) {
    let detector = Held(DetectorBox())
    return .plain { detector.value.judge(voice) }
  },
  BudgetCase("audio: G.711 of 20 ms there and back", runs: 1000) {
    var octets = [UInt8](repeating: 0, count: 160)
    var pcm = [Int16](repeating: 0, count: 160)
    return .plain {
      var target = octets.mutableSpan
      _ = G711.encode(voice.span, into: &target, law: .alaw)
      var back = pcm.mutableSpan
      _ = G711.decode(octets.span, into: &back, law: .alaw)
    }
  },
]

private final class SendStreamBox {
  private var stream: SendStream
  private var datagram = [UInt8](repeating: 0, count: 300)

  init(seed: UInt64) { stream = SendStream(seed: seed) }

  func send(_ pcm: [Int16], at now: ContinuousClock.Instant) {
    var span = datagram.mutableSpan
    _ = stream.write(pcm: pcm.span, into: &span, at: now)
  }
}

/// A sender and a receiver at the two ends of a line, a packet and a tick every 20 ms.
private final class Line {
  private var now = ContinuousClock.now
  private var sender = SendStream(seed: 7)
  private var receiver: Receiver
  private var here: RTCPSession
  private var there: RTCPSession
  private var datagram = [UInt8](repeating: 0, count: 300)
  private var heard = [Int16](repeating: 0, count: 160)
  private var count = 0

  init() {
    receiver = Receiver(at: now)
    here = RTCPSession(localSSRC: sender.ssrc, cname: "here", seed: 1, at: now)
    there = RTCPSession(localSSRC: 9, cname: "there", seed: 2, at: now)
  }

  func tick(isLost: (Int) -> Bool) {
    var target = datagram.mutableSpan
    let size = sender.write(pcm: voice.span, into: &target, at: now)
    if !isLost(count) { _ = receiver.receive(datagram.span.extracting(0..<size), at: now) }
    var frame = heard.mutableSpan
    _ = receiver.pull(into: &frame, at: now)
    now += .milliseconds(20)
    count += 1
  }

  func report() {
    var target = datagram.mutableSpan
    let ntp = NTPTimestamp(unixSeconds: 1_790_000_000, nanoseconds: 0)
    let size = here.writeReport(into: &target, sender: sender, receiver: &receiver, ntp: ntp, at: now)
    _ = there.receive(datagram.span.extracting(0..<size), at: now)
    now += .seconds(5)
  }
}

private final class DetectorBox {
  private var detector = VoiceActivityDetector(sampleRate: 8000)

  func judge(_ frame: [Int16]) { _ = detector.process(frame.span) }
}
