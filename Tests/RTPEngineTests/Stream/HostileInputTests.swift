import Audio
import Testing

@testable import RTPEngine

@Suite("hostile datagrams")
struct HostileInputTests {
  private func random(_ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = (0..<Int(generator.next() % 600)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    // Half of them get past the version check.
    if !bytes.isEmpty, generator.next() % 2 == 0 { bytes[0] = 0x80 | bytes[0] & 0x3F }
    return bytes
  }

  private func mutated(_ original: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0..<1 + generator.next() % 6 where !bytes.isEmpty {
      let index = Int(generator.next() % UInt64(bytes.count))
      switch generator.next() % 4 {
      case 0: bytes[index] ^= 1 << UInt8(generator.next() % 8)
      case 1: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
      case 2: bytes.removeSubrange(index...)
      default: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: index)
      }
    }
    return bytes
  }

  @Test("a call goes on among 10,000 random and 10,000 mutated datagrams", arguments: [1, 2] as [UInt64])
  func receiver(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var receiver = Receiver(at: Wire.start)
    let payload = (0..<160).map { G711.encode($0 / 8 % 2 == 0 ? 6000 : -6000, law: .mulaw) }
    var played = 0
    for tick in 0..<1000 {
      let now = Double(tick) * 20
      let good = Wire.datagram(sequence: tick, timestamp: tick * 160, payload: payload)
      _ = receiver.receive(good, ms: now)
      for _ in 0..<10 {
        _ = receiver.receive(random(&generator), ms: now + 1)
        var broken = mutated(good, &generator)
        // With its source untouched it would be the sender's own doing.
        if broken.count >= 12, broken[8...11] == [0, 0, 0, 1] { broken[11] = UInt8(2 + generator.next() % 200) }
        _ = receiver.receive(broken, ms: now + 2)
      }
      if receiver.pull(ms: now + 5).0.arrival == Wire.at(now) { played += 1 }
    }
    #expect(receiver.ssrc == 1)
    #expect(played >= 990)
  }

  @Test("mutations of the sender's own packets stop nothing", arguments: 1...4)
  func ownPackets(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var receiver = Receiver(at: Wire.start)
    var heardAfter = 0
    for tick in 0..<3000 {
      let now = Double(tick) * 20
      let type: UInt8 = [0, 8, 13, 101][Int(generator.next() % 4)]
      let original = Wire.datagram(type: type, sequence: tick, timestamp: tick * 160)
      _ = receiver.receive(
        tick < 2800 ? mutated(original, &generator) : Wire.datagram(sequence: tick, timestamp: tick * 160), ms: now)
      if generator.next() % 100 == 0 {
        // All of sequence, timestamp and time at their extremes.
        let extreme = Wire.datagram(
          sequence: Int(generator.next() % 65_536), timestamp: Int(generator.next() >> 32))
        _ = receiver.receive(extreme, ms: now + 1)
      }
      if receiver.pull(ms: now + 5).0.kind == .audio, tick >= 2900 { heardAfter += 1 }
      while receiver.pollDigit() != nil {}
    }
    #expect(heardAfter >= 90)
  }

  @Test("RTCP takes 10,000 random and 10,000 mutated datagrams", arguments: [1, 2] as [UInt64])
  func rtcp(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var sender = SendStream(seed: seed)
    var receiver = Receiver(at: Wire.start)
    _ = receiver.receive(Wire.datagram(sequence: 0, timestamp: 0), ms: 0)
    var packet = [UInt8](repeating: 0, count: 172)
    var packetSpan = packet.mutableSpan
    _ = sender.write(pcm: [Int16](repeating: 0, count: 160).span, into: &packetSpan, at: Wire.start)
    var session = RTCPSession(localSSRC: sender.ssrc, cname: "someone@example.org", seed: seed, at: Wire.start)
    var bytes = [UInt8](repeating: 0, count: 300)
    var span = bytes.mutableSpan
    let count = session.writeBye(
      into: &span, sender: sender, receiver: &receiver, ntp: NTPTimestamp(unixSeconds: 1, nanoseconds: 1),
      at: Wire.start)
    bytes.removeSubrange(count...)
    var refused = 0
    for index in 0..<10_000 {
      if case .invalid = session.receive(random(&generator).span, at: Wire.at(Double(index))) { refused += 1 }
      if case .invalid = session.receive(mutated(bytes, &generator).span, at: Wire.at(Double(index))) { refused += 1 }
    }
    #expect(refused > 10_000)
    #expect(session.receive(bytes.span, at: Wire.at(10_000)) == .bye)
  }

  @Test("digits on the own source with any payload never overflow the queue")
  func digitFlood() {
    var generator = SeededGenerator(seed: 3)
    var receiver = Receiver(at: Wire.start)
    _ = receiver.receive(Wire.datagram(sequence: 0, timestamp: 0), ms: 0)
    for index in 1..<10_000 {
      let payload = (0..<4).map { _ in UInt8(truncatingIfNeeded: generator.next()) & 0x8F }
      _ = receiver.receive(
        Wire.datagram(type: 101, sequence: index, timestamp: Int(generator.next() >> 32), payload: payload),
        ms: Double(index))
    }
    var count = 0
    while receiver.pollDigit() != nil { count += 1 }
    #expect(count == 32)
  }
}
