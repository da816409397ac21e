import Audio

@testable import RTPEngine

/// A made trace of packets, and what a receiver does with it.
struct Trace {
  /// When each packet left (ms), and how long the network took; `nil` when it lost it.
  var sent: [Double] = []
  var delay: [Double?] = []
  /// Whether nothing overtakes: a packet waits for the one before it.
  var isFIFO = true

  var arrivals: [(ms: Double, packet: Int)] {
    var list: [(Double, Int)] = []
    var latest = 0.0
    for index in sent.indices {
      guard let delay = delay[index] else { continue }
      var time = sent[index] + delay
      if isFIFO { time = max(time, latest) }
      latest = max(latest, time)
      list.append((time, index))
    }
    return list.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map { $0.element }
  }
}

/// How a trace sounded. A packet's added delay is counted from when it would have come by the fastest way.
struct Playback {
  var meanDelay = 0.0
  /// From a packet's arrival to the tick that plays it: what the buffer itself adds.
  var meanWait = 0.0
  var maximumDelay = 0.0
  /// The mean delay of the last tenth of the trace.
  var finalDelay = 0.0
  /// Share of voiced packets which came but never sounded.
  var unheard = 0.0
  /// Share of the time in which sound was made up.
  var concealed = 0.0
  var statistics = LegStatistics()
}

struct TracePlayer {
  /// Numbers of packets written where neither a fade-in after a gap nor the seam of a dropped frame reaches.
  private static let numberAt = 120
  private static let codes: [UInt8] = [0xFF, 0xFE, 0xFD, 0xFC]

  /// Voice for 1.2 s, then 0.4 s of the line's own noise.
  static func isVoice(_ packet: Int) -> Bool { packet % 80 < 60 }

  static func payload(_ packet: Int, random: inout SeededGenerator) -> [UInt8] {
    let loud = isVoice(packet)
    var bytes = (0..<160).map { index -> UInt8 in
      let sample = loud ? (index / 32 % 2 == 0 ? 6000 : -6000) : Int(random.next() % 33) - 16
      return G711.encode(Int16(sample), law: .mulaw)
    }
    for digit in 0..<8 { bytes[numberAt + digit] = codes[packet >> (2 * digit) & 3] }
    return bytes
  }

  static func number(in pcm: [Int16]) -> Int? {
    var packet = 0
    for digit in 0..<8 {
      guard let value = [Int16(0), 8, 16, 24].firstIndex(of: abs(pcm[numberAt + digit])) else { return nil }
      packet |= value << (2 * digit)
    }
    return packet
  }

  /// Plays `trace` in ticks of 20 ms that lie `phase` ms after a packet's leaving.
  static func play(
    _ trace: Trace, phase: Double = 7, settings: JitterBufferSettings = JitterBufferSettings(),
    tick: Double = 20
  ) -> Playback {
    var receiver = Receiver(settings: settings, at: Wire.start)
    var random = SeededGenerator(seed: 99)
    let arrivals = trace.arrivals
    let fastest = trace.delay.compactMap { $0 }.min() ?? 0
    var heard = Set<Int>()
    var delays: [Double] = []
    var waits: [Double] = []
    var next = 0
    var now = phase
    var last = -1
    while next < arrivals.count {
      while next < arrivals.count, arrivals[next].ms <= now {
        let (time, packet) = arrivals[next]
        let bytes = Wire.datagram(
          sequence: packet + 65_000, timestamp: packet * 160 + 4_294_960_000,
          payload: payload(packet, random: &random))
        _ = receiver.receive(bytes, ms: time)
        next += 1
      }
      let (frame, pcm) = receiver.pull(ms: now)
      if frame.kind == .audio, let packet = number(in: pcm), packet > last, packet < trace.sent.count {
        last = packet
        heard.insert(packet)
        delays.append(now - trace.sent[packet] - fastest)
        if let arrival = frame.arrival { waits.append((Wire.at(now) - arrival) / .milliseconds(1)) }
      }
      now += tick
    }
    var result = Playback()
    result.meanDelay = delays.reduce(0, +) / Double(max(1, delays.count))
    result.meanWait = waits.reduce(0, +) / Double(max(1, waits.count))
    result.maximumDelay = delays.max() ?? 0
    let tail = delays.suffix(max(1, delays.count / 10))
    result.finalDelay = tail.reduce(0, +) / Double(max(1, tail.count))
    let voiced = arrivals.filter { isVoice($0.packet) && now - $0.ms > 500 }
    result.unheard = Double(voiced.count { !heard.contains($0.packet) }) / Double(max(1, voiced.count))
    receiver.report(to: &result.statistics)
    result.concealed = result.statistics.concealed / max(result.statistics.played, .milliseconds(1))
    return result
  }

  // MARK: Traces

  private static func uniform(_ random: inout SeededGenerator) -> Double {
    Double(random.next() >> 11) / 9_007_199_254_740_992
  }

  /// Twelve uniform numbers make a normal one, nearly.
  private static func normal(_ random: inout SeededGenerator) -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + uniform(&random) }
  }

  static func steady(packets: Int, jitter: Double = 0, clock: Double = 1, seed: UInt64 = 1) -> Trace {
    var random = SeededGenerator(seed: seed)
    var trace = Trace()
    for packet in 0..<packets {
      trace.sent.append(Double(packet) * 20 * clock)
      trace.delay.append(max(0, 60 + jitter * normal(&random)))
    }
    return trace
  }

  /// Every `every` seconds the network holds everything up for 200 ms.
  static func stalls(packets: Int, every: Double = 5, seed: UInt64 = 1) -> Trace {
    var random = SeededGenerator(seed: seed)
    var trace = steady(packets: packets, jitter: 2, seed: seed)
    var stall = 3000.0
    while stall < Double(packets) * 20 {
      for packet in trace.sent.indices where trace.sent[packet] >= stall && trace.sent[packet] < stall + 200 {
        trace.delay[packet] = stall + 200 - trace.sent[packet] + 60
      }
      stall += every * 1000 * (0.5 + uniform(&random))
    }
    return trace
  }

  static func overtaken(packets: Int, share: Double = 0.05, seed: UInt64 = 1) -> Trace {
    var random = SeededGenerator(seed: seed)
    var trace = steady(packets: packets, jitter: 1, seed: seed)
    trace.isFIFO = false
    for packet in trace.delay.indices where uniform(&random) < share {
      trace.delay[packet] = 60 + 22 + 16 * uniform(&random)
    }
    return trace
  }

  static func burstLoss(packets: Int, share: Double = 0.05, seed: UInt64 = 1) -> Trace {
    var random = SeededGenerator(seed: seed)
    var trace = steady(packets: packets, jitter: 1, seed: seed)
    for packet in trace.delay.indices where uniform(&random) < share / 3 {
      for lost in packet..<min(packet + 3, packets) { trace.delay[lost] = nil }
    }
    return trace
  }
}
