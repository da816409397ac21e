import RTPEngine

extension FuzzTarget {
  /// A packet's payload lies within it, and its header is the same when it is written and read again.
  static let rtp = FuzzTarget("rtp") { bytes throws(Finding) in
    guard let packet = try? RTPPacket(bytes.span) else { return }
    try expect(
      packet.payload.lowerBound >= RTPHeader.size && packet.payload.upperBound <= bytes.count, "\(packet.payload)")
    var written = [UInt8](repeating: 0, count: RTPHeader.size)
    var span = written.mutableSpan
    try expect(packet.header.write(into: &span) == RTPHeader.size, "no header written")
    let again = try? RTPPacket(written.span)
    try expect(again?.header == packet.header, "another header: \(packet.header)")
    try expect(DatagramKind(of: bytes.span) == .rtp, "RTP that would be taken for something else")
  }

  /// Reports of a peer, each after a byte of how much later it comes (in 50 ms) and another of its length: what they say
  /// is believed within bounds, and what is answered can be read.
  static let rtcp = FuzzTarget("rtcp") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    var now = ContinuousClock.now
    var session = RTCPSession(localSSRC: 1, cname: "fuzz", seed: 1, at: now)
    var sender = SendStream(seed: 1)
    var receiver = Receiver(at: now)
    var datagram = [UInt8](repeating: 0, count: 512)
    var report = datagram
    for _ in 0..<64 where !input.isEmpty {
      now += .milliseconds(50) * Int(input.byte())
      _ = session.receive(input.piece().span, at: now)
      try expect((session.roundTrip ?? .zero) < .seconds(61), "a round trip of \(session.roundTrip ?? .zero)")
      var packet = datagram.mutableSpan
      _ = sender.write(pcm: silence.span, into: &packet, at: now)
      var span = report.mutableSpan
      let ntp = NTPTimestamp(unixSeconds: 1_790_000_000, nanoseconds: 0)
      let count = session.writeReport(into: &span, sender: sender, receiver: &receiver, ntp: ntp, at: now)
      var other = RTCPSession(localSSRC: 2, cname: "other", seed: 2, at: now)
      try expect(
        other.receive(report.span.extracting(0..<count), at: now) == .report, "a report that can't be read")
    }
  }

  /// Datagrams of any source, each after a byte of how much later it comes and another of its length, into the buffer from
  /// which a tick takes a frame every 20 ms: no more is counted than came, and no more is heard than time
  /// passes.
  static let receiver = FuzzTarget("receiver") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    let start = ContinuousClock.now
    var now = start
    var tick = start
    var receiver = Receiver(at: start)
    var pcm = silence
    var digits = 0
    var datagrams: UInt64 = 0
    for _ in 0..<128 where !input.isEmpty {
      // Most of the bytes stand for moments within three ticks, the others for pauses.
      let wait = input.byte()
      now += wait < 224 ? .microseconds(300) * Int(wait) : .milliseconds(20) * Int(wait - 223)
      while tick <= now {
        var span = pcm.mutableSpan
        let frame = receiver.pull(into: &span, at: tick)
        if let arrival = frame.arrival { try expect(arrival <= tick, "a frame of a packet that has yet to come") }
        tick += .milliseconds(20)
      }
      datagrams += 1
      _ = receiver.receive(input.piece().span, at: now)
      while receiver.pollDigit() != nil { digits += 1 }
    }
    let sender = SendStream(seed: 1)
    let session = RTCPSession(localSSRC: 1, cname: "", seed: 1, at: start)
    let figures = LegStatistics(receiver: receiver, sender: sender, rtcp: session)
    try expect(digits <= Int(datagrams), "\(digits) digits of \(datagrams) datagrams")
    try expect(figures.packetsReceived <= datagrams, "\(datagrams) datagrams are counted as \(figures)")
    try expect(figures.concealed <= figures.played + .milliseconds(20), "concealed more than was played: \(figures)")
    try expect(figures.played <= tick - start, "played longer than it lasted: \(figures)")
    try expect(figures.lost >= 0, "a loss of \(figures.lost)")
  }

  private static let silence = [Int16](repeating: 0, count: 160)
}
