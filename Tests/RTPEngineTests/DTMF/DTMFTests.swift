import Audio
import Testing

@testable import RTPEngine

@Suite("DTMF by telephone events")
struct DTMFTests {
  private struct Sent {
    var header: RTPHeader
    var event: TelephoneEvent?
    var bytes: [UInt8]
  }

  /// What a stream sends in `ticks` while it has `digits` to send.
  private func send(_ digits: String, ticks: Int, seed: UInt64 = 1) throws -> [Sent] {
    var stream = SendStream(seed: seed)
    _ = stream.queueDigits(digits.compactMap { DTMFDigit($0) })
    var sent: [Sent] = []
    for tick in 0..<ticks {
      var bytes = [UInt8](repeating: 0, count: 172)
      var span = bytes.mutableSpan
      let count = stream.write(
        pcm: [Int16](repeating: 0, count: 160).span, into: &span, at: Wire.at(Double(tick) * 20))
      bytes.removeSubrange(count...)
      let packet = try RTPPacket(bytes.span)
      let event =
        packet.header.payloadType == 101 ? TelephoneEvent(bytes.span.extracting(packet.payload)) : nil
      sent.append(Sent(header: packet.header, event: event, bytes: bytes))
    }
    #expect(stream.isSendingDigits == false)
    return sent
  }

  private func hear(_ packets: [(Int, [UInt8])]) -> String {
    var receiver = Receiver(at: Wire.start)
    var heard = ""
    if let first = packets.first?.1, let header = try? RTPPacket(first.span).header {
      let before = Wire.datagram(
        sequence: Int(header.sequence) - 1, timestamp: Int(header.timestamp) - 160, ssrc: header.ssrc)
      _ = receiver.receive(before, ms: -20)
    }
    for (tick, bytes) in packets {
      _ = receiver.receive(bytes, ms: Double(tick) * 20)
      while let event = receiver.pollDigit() { heard.append(event.digit.character) }
      _ = receiver.pull(ms: Double(tick) * 20 + 5)
    }
    return heard
  }

  @Test("an event has one timestamp, one marker, a growing duration and three ends; the audio clock goes on")
  func sender() throws {
    let sent = try send("5", ticks: 20)
    let events = sent.filter { $0.event != nil }
    #expect(events.compactMap { $0.event?.duration } == [160, 320, 480, 640, 800, 800, 800])
    #expect(events.map { $0.event?.isEnd } == [false, false, false, false, true, true, true])
    #expect(events.map(\.header.marker) == [true, false, false, false, false, false, false])
    #expect(Set(events.map(\.header.timestamp)).count == 1)
    #expect(events.allSatisfy { $0.event?.event == 5 })
    for (before, after) in zip(sent, sent.dropFirst()) {
      #expect(after.header.sequence == before.header.sequence &+ 1)
    }
    let start = sent[0].header.timestamp
    #expect(sent[7].event == nil)
    #expect(sent[7].header.timestamp == start &+ 7 * 160)
  }

  @Test("digits are parted by at least 60 ms of quiet")
  func gap() throws {
    let events = try send("12", ticks: 40).filter { $0.event != nil }
    let ends = events.filter { $0.event?.event == 1 && $0.event?.isEnd == true }
    let second = try #require(events.first { $0.event?.event == 2 })
    let endOfFirst = try #require(ends.first).header.timestamp &+ 800
    #expect((480...800).contains(second.header.timestamp &- endOfFirst))
  }

  @Test("sixteen digits arrive as they were sent")
  func allDigits() throws {
    let sent = try send("0123456789*#ABCD", ticks: 200)
    #expect(hear(sent.enumerated().map { ($0.offset, $0.element.bytes) }) == "0123456789*#ABCD")
  }

  @Test("each digit is heard once at 30 % loss, with duplicates and overtaking", arguments: 0..<50)
  func loss(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let digits = "1123344#55*0099"
    let sent = try send(digits, ticks: 200, seed: seed)
    var packets: [(Int, [UInt8])] = []
    for (tick, packet) in sent.enumerated() where packet.event == nil || random.next() % 10 >= 3 {
      packets.append((tick, packet.bytes))
      if random.next() % 5 == 0 { packets.append((tick, packet.bytes)) }
    }
    for index in packets.indices.dropLast() where random.next() % 10 == 0 {
      // Overtaken by its neighbour, at the neighbour's time.
      let (tick, bytes) = packets[index]
      packets[index] = (packets[index + 1].0, packets[index + 1].1)
      packets[index + 1] = (max(tick, packets[index + 1].0), bytes)
    }
    // A digit is gone only when all seven of its packets are: once in 4,600.
    #expect(hear(packets) == digits)
  }

  @Test("neither the end nor the marker is needed", arguments: [true, false])
  func noEndOrMarker(withoutEnd: Bool) throws {
    let sent = try send("77", ticks: 60)
    var packets: [(Int, [UInt8])] = []
    for (tick, packet) in sent.enumerated() {
      var bytes = packet.bytes
      if let event = packet.event {
        if withoutEnd, event.isEnd { continue }
        bytes[1] &= 0x7F
      }
      packets.append((tick, bytes))
    }
    #expect(hear(packets) == "77")
  }

  @Test("a sender that moves the timestamp with each packet presses once")
  func movingTimestamp() {
    var packets: [(Int, [UInt8])] = []
    for step in 0..<8 {
      let duration = min(step + 1, 6) * 160
      let payload: [UInt8] = [3, step >= 5 ? 0x8A : 0x0A, UInt8(duration >> 8), UInt8(duration & 0xFF)]
      packets.append(
        (step, Wire.datagram(type: 101, marker: step == 0, sequence: step, timestamp: step * 160, payload: payload)))
    }
    #expect(hear(packets) == "3")
  }

  @Test("a key held so long that its event comes in segments is one digit")
  func segments() {
    var packets: [(Int, [UInt8])] = []
    var sequence = 0
    for (segment, start) in [0, 65_440].enumerated() {
      for step in stride(from: 160, through: 65_440, by: 160) {
        let isEnd = segment == 1 && step > 65_000
        let payload: [UInt8] = [9, isEnd ? 0x8A : 0x0A, UInt8(step >> 8), UInt8(step & 0xFF)]
        packets.append((sequence, Wire.datagram(type: 101, sequence: sequence, timestamp: start, payload: payload)))
        sequence += 1
      }
    }
    #expect(hear(packets) == "9")
  }

  @Test("events above 15 and payloads cut short are no digits")
  func noDigits() {
    let packets = [[16, 0, 0, 160], [255, 0x80, 1, 1], [1, 2], []].enumerated().map { index, payload in
      (index, Wire.datagram(type: 101, sequence: index, timestamp: index * 1600, payload: payload.map { UInt8($0) }))
    }
    #expect(hear(packets) == "")
  }

  @Test("the sound of an event is silence, and nothing of it counts as lost")
  func audioDuringEvent() throws {
    let sent = try send("5", ticks: 60)
    var receiver = Receiver(at: Wire.start)
    var kinds: [PulledFrame.Kind] = []
    for (tick, packet) in sent.enumerated() {
      _ = receiver.receive(packet.bytes, ms: Double(tick) * 20)
      kinds.append(receiver.pull(ms: Double(tick) * 20 + 5).0.kind)
    }
    #expect(kinds.prefix(7).allSatisfy { $0 == .silence })
    #expect(kinds.dropFirst(8).allSatisfy { $0 == .audio })
    var statistics = LegStatistics()
    receiver.report(to: &statistics)
    #expect(statistics.lost == 0)
    #expect(statistics.jitter < .milliseconds(1))
  }

  @Test("digits print as their keys, and only keys are digits")
  func characters() {
    #expect("0123456789*#ABCD".compactMap { DTMFDigit($0)?.event } == Array(0...15))
    #expect(DTMFDigit("d")?.character == "D")
    #expect(DTMFDigit("x") == nil)
    #expect(DTMFDigit("٣") == nil)
    #expect(DTMFDigit(event: 16) == nil)
  }
}
