import Audio
import Testing

@testable import RTPEngine

@Suite("a receiver")
struct ReceiverTests {
  private func loud(_ sample: Int16 = 6000, count: Int = 160, law: G711Law = .mulaw) -> [UInt8] {
    (0..<count).map { G711.encode($0 / 8 % 2 == 0 ? sample : -sample, law: law) }
  }

  private func level(_ pcm: [Int16]) -> Int { pcm.reduce(0) { $0 + abs(Int($1)) } / max(1, pcm.count) }

  /// The longest run of ticks without voice.
  private func longestGap(_ voiced: [Bool]) -> Int {
    var longest = 0
    var run = 0
    for isVoice in voiced {
      run = isVoice ? 0 : run + 1
      longest = max(longest, run)
    }
    return longest
  }

  @Test("the first valid packet sounds in the next tick")
  func firstPacket() {
    var receiver = Receiver(at: Wire.start)
    #expect(receiver.pull(ms: 0).0.kind == .empty)
    #expect(receiver.receive(Wire.datagram(sequence: 5, timestamp: 1000, payload: loud()), ms: 11) == .audio)
    let (frame, pcm) = receiver.pull(ms: 20)
    #expect(frame == PulledFrame(kind: .audio, arrival: Wire.at(11)))
    #expect(level(pcm) > 5000)
  }

  @Test("both laws are decoded by the payload type our SDP assigned")
  func codecs() {
    var receiver = Receiver(payloads: PayloadMap([.pcmu: 96, .pcma: 97]), at: Wire.start)
    _ = receiver.receive(Wire.datagram(type: 96, sequence: 0, timestamp: 0, payload: loud()), ms: 0)
    _ = receiver.receive(Wire.datagram(type: 97, sequence: 1, timestamp: 160, payload: loud(law: .alaw)), ms: 20)
    #expect(abs(level(receiver.pull(ms: 1).1) - 6000) < 200)
    #expect(abs(level(receiver.pull(ms: 21).1) - 6000) < 200)
    #expect(receiver.receive(Wire.datagram(type: 0, sequence: 2, timestamp: 320), ms: 40) == .unknownPayloadType)
  }

  @Test("packets of any usual length fill frames of 20 ms without a gap", arguments: [10, 20, 30, 40, 60])
  func packetTimes(milliseconds: Int) {
    var receiver = Receiver(at: Wire.start)
    let samples = milliseconds * 8
    var voiced: [Bool] = []
    var packet = 0
    for tick in 0..<300 {
      let now = Double(tick) * 20 + 3
      while Double((packet + 1) * milliseconds) <= now {
        _ = receiver.receive(
          Wire.datagram(sequence: packet, timestamp: packet * samples, payload: loud(count: samples)),
          ms: Double((packet + 1) * milliseconds))
        packet += 1
      }
      let (frame, pcm) = receiver.pull(ms: now)
      if tick > 10 { voiced.append(frame.kind == .audio && level(pcm) > 4000) }
    }
    #expect(!voiced.contains(false))
    var statistics = LegStatistics()
    receiver.report(to: &statistics)
    #expect(statistics.lost == 0)
    #expect(statistics.late == 0)
    #expect(statistics.bufferDelay <= .milliseconds(40))
  }

  @Test("lost, late, duplicate and overtaken packets are counted")
  func counters() {
    var receiver = Receiver(at: Wire.start)
    func arrive(_ packet: Int, ms: Double) -> Reception {
      receiver.receive(Wire.datagram(sequence: packet, timestamp: packet * 160, payload: loud()), ms: ms)
    }
    _ = arrive(0, ms: 0)
    _ = receiver.pull(ms: 10)
    _ = arrive(1, ms: 20)
    #expect(arrive(1, ms: 21) == .duplicate)
    _ = receiver.pull(ms: 30)
    _ = arrive(3, ms: 40)
    #expect(arrive(2, ms: 41) == .audio)
    _ = receiver.pull(ms: 50)
    _ = receiver.pull(ms: 70)
    _ = arrive(5, ms: 100)
    #expect(receiver.pull(ms: 110).0.kind == .concealed)
    _ = receiver.pull(ms: 130)
    _ = arrive(6, ms: 140)
    _ = receiver.pull(ms: 150)
    #expect(arrive(4, ms: 151) == .late)
    var statistics = LegStatistics()
    receiver.report(to: &statistics)
    #expect(statistics.duplicates == 1)
    #expect(statistics.reordered == 2)
    #expect(statistics.late == 1)
    #expect(statistics.packetsReceived == 8)
    #expect(statistics.concealed >= .milliseconds(20))
  }

  @Test("discontinuous transmission: a timestamp gap in sequence is silence, not loss")
  func discontinuous() {
    var receiver = Receiver(at: Wire.start)
    var kinds: [PulledFrame.Kind] = []
    var packet = 0
    for tick in 0..<300 {
      // Speech for a second, comfort noise once, silence for a second.
      let phase = tick % 100
      if phase < 50 {
        _ = receiver.receive(
          Wire.datagram(sequence: packet, timestamp: tick * 160, payload: loud()), ms: Double(tick) * 20)
        packet += 1
      } else if phase == 50 {
        let noise = Wire.datagram(type: 13, sequence: packet, timestamp: tick * 160, payload: [60])
        #expect(receiver.receive(noise, ms: Double(tick) * 20) == .comfortNoise)
        packet += 1
      }
      let (frame, pcm) = receiver.pull(ms: Double(tick) * 20 + 5)
      kinds.append(frame.kind)
      if frame.kind == .audio { #expect(level(pcm) > 2000) } else { #expect(level(pcm) < 500) }
    }
    #expect(kinds.count { $0 == .audio } == 150)
    #expect(kinds.count { $0 == .silence } == 150)
    var statistics = LegStatistics()
    receiver.report(to: &statistics)
    #expect(statistics.lost == 0)
    #expect(statistics.concealed == .zero)
  }

  @Test(
    "a jump of the timestamp, forwards or backwards, leaves no hole",
    arguments: [1_000_000, -1_000_000, 2_000_000_000, 12_000, -12_000])
  func timestampJump(jump: Int) {
    var receiver = Receiver(at: Wire.start)
    var voiced: [Bool] = []
    for tick in 0..<200 {
      let timestamp = 3_000_000_000 + tick * 160 + (tick >= 100 ? jump : 0)
      _ = receiver.receive(
        Wire.datagram(sequence: tick, timestamp: timestamp, payload: loud()), ms: Double(tick) * 20)
      let (frame, pcm) = receiver.pull(ms: Double(tick) * 20 + 5)
      voiced.append(frame.kind == .audio && level(pcm) > 4000)
    }
    #expect(longestGap(voiced) <= 1)
  }

  @Test("a sequence that begins anew is heard again within 200 ms", arguments: [0, 40_000, 140, 1150])
  func sequenceRestart(to newStart: Int) {
    var receiver = Receiver(at: Wire.start)
    var voiced: [Bool] = []
    for tick in 0..<300 {
      let sequence = tick < 150 ? 1000 + tick : newStart + tick - 150
      let timestamp = tick < 150 ? tick * 160 : 77_000_000 + tick * 160
      _ = receiver.receive(
        Wire.datagram(sequence: sequence, timestamp: timestamp, payload: loud()), ms: Double(tick) * 20)
      let (frame, pcm) = receiver.pull(ms: Double(tick) * 20 + 5)
      voiced.append(frame.kind == .audio && level(pcm) > 3000)
    }
    #expect(longestGap(voiced) < 10)
    #expect(voiced.suffix(50).allSatisfy { $0 })
  }

  @Test("another source is heard within 200 ms, and the old one does not come back into it")
  func sourceChange() {
    var receiver = Receiver(at: Wire.start)
    var voiced: [Bool] = []
    for tick in 0..<200 {
      let now = Double(tick) * 20
      let ssrc: UInt32 = tick < 100 ? 1 : 2
      _ = receiver.receive(
        Wire.datagram(sequence: tick * 7 % 65_536 / 7, timestamp: tick * 160, ssrc: ssrc, payload: loud()), ms: now)
      if tick > 110, tick < 150 {
        let stray = Wire.datagram(sequence: tick, timestamp: tick * 160, ssrc: 1, payload: loud())
        #expect(receiver.receive(stray, ms: now + 1) == .stray)
      }
      let (frame, pcm) = receiver.pull(ms: now + 5)
      voiced.append(frame.kind == .audio && level(pcm) > 4000)
    }
    #expect(longestGap(voiced) <= 2)
    #expect(receiver.ssrc == 2)
    #expect(receiver.sources == 2)
    var statistics = LegStatistics()
    receiver.report(to: &statistics)
    #expect(statistics.packetsReceived == 200)
    #expect(statistics.lost == 0)
  }

  @Test("a second sender that goes on beside the first is heard once it insists, and they do not take turns")
  func twoSenders() {
    var receiver = Receiver(at: Wire.start)
    for tick in 0..<100 {
      let now = Double(tick) * 20
      _ = receiver.receive(Wire.datagram(sequence: tick, timestamp: tick * 160, payload: loud()), ms: now)
      if tick >= 50 {
        _ = receiver.receive(
          Wire.datagram(sequence: tick, timestamp: tick * 160, ssrc: 2, payload: loud()), ms: now + 2)
      }
      #expect(receiver.ssrc == (tick < 59 ? 1 : 2))
      #expect(receiver.pull(ms: now + 5).0.kind == .audio)
    }
  }

  @Test("single packets of other sources do not disturb the one that is played")
  func strays() {
    var receiver = Receiver(at: Wire.start)
    for tick in 0..<100 {
      _ = receiver.receive(
        Wire.datagram(sequence: tick, timestamp: tick * 160, payload: loud()), ms: Double(tick) * 20)
      let stray = Wire.datagram(sequence: tick * 999, timestamp: tick, ssrc: UInt32(tick + 50), payload: loud())
      #expect(receiver.receive(stray, ms: Double(tick) * 20 + 1) == .candidate)
      #expect(
        receiver.pull(ms: Double(tick) * 20 + 5).0 == PulledFrame(kind: .audio, arrival: Wire.at(Double(tick) * 20)))
    }
    #expect(receiver.ssrc == 1)
    #expect(receiver.strays == 100)
  }

  @Test("a packet too long for a slot is refused and counted")
  func tooLong() {
    var receiver = Receiver(at: Wire.start)
    _ = receiver.receive(Wire.datagram(sequence: 0, timestamp: 0), ms: 0)
    #expect(receiver.receive(Wire.datagram(sequence: 1, timestamp: 160, payload: loud(count: 481)), ms: 20) == .tooLong)
    var statistics = LegStatistics()
    receiver.report(to: &statistics)
    #expect(statistics.discarded == 1)
  }

  @Test("a stall longer than the buffer ends near the present, not seconds behind it")
  func longStall() {
    var receiver = Receiver(at: Wire.start)
    var arrival: Instant?
    for tick in 0..<400 {
      let now = Double(tick) * 20
      if tick < 100 || tick >= 250 {
        _ = receiver.receive(Wire.datagram(sequence: tick, timestamp: tick * 160, payload: loud()), ms: now)
      } else if tick == 249 {
        for packet in 100..<250 {
          _ = receiver.receive(Wire.datagram(sequence: packet, timestamp: packet * 160, payload: loud()), ms: now)
        }
      }
      arrival = receiver.pull(ms: now + 5).0.arrival
    }
    let last = arrival.map { (Wire.at(399 * 20 + 5) - $0) / .milliseconds(1) }
    #expect((last ?? 1000) <= 245)
  }

  @Test("only RTP of a negotiated payload type is fit for latching, and looking changes nothing")
  func accepts() {
    let receiver = Receiver(at: Wire.start)
    func accepts(_ bytes: [UInt8]) -> Bool { receiver.accepts(bytes.span) }
    #expect(accepts(Wire.datagram(sequence: 1, timestamp: 1)))
    #expect(!accepts(Wire.datagram(type: 96, sequence: 1, timestamp: 1)))
    #expect(!accepts([0x80, 0, 1]))
    #expect(receiver.ssrc == nil)
  }
}
