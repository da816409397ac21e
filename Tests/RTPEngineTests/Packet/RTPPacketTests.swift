import Testing

@testable import RTPEngine

@Suite("RTP packets")
struct RTPPacketTests {
  private func parse(_ bytes: [UInt8]) -> Result<RTPPacket, RTPPacketError> {
    Result { () throws(RTPPacketError) in try RTPPacket(bytes.span) }
  }

  @Test("a header comes back as it was written")
  func roundTrip() throws {
    let header = RTPHeader(
      payloadType: 101, marker: true, sequence: 65_535, timestamp: 4_000_000_000, ssrc: 0xDEAD_BEEF)
    var bytes = [UInt8](repeating: 7, count: 20)
    var span = bytes.mutableSpan
    #expect(header.write(into: &span) == 12)
    let packet = try parse(bytes).get()
    #expect(packet.header == header)
    #expect(packet.payload == 12..<20)
  }

  @Test("no header is written where there is no room")
  func noRoom() {
    var bytes = [UInt8](repeating: 7, count: 11)
    var span = bytes.mutableSpan
    #expect(RTPHeader(payloadType: 0, sequence: 1, timestamp: 1, ssrc: 1).write(into: &span) == 0)
    #expect(bytes == [UInt8](repeating: 7, count: 11))
  }

  @Test("contributing sources, extension and padding are skipped")
  func optionalParts() throws {
    var bytes: [UInt8] = [0x80 | 0x20 | 0x10 | 2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
    bytes += [UInt8](repeating: 1, count: 8)
    bytes += [0xBE, 0xDE, 0, 1, 9, 9, 9, 9]
    bytes += [42, 43, 0, 0, 3]
    #expect(try parse(bytes).get().payload == 28..<30)
  }

  @Test(
    "what is no RTP is refused with a reason",
    arguments: [
      ([0x80, 0, 0], .tooShort),
      ([0x40, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .wrongVersion),
      ([0x80, 200, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .isRTCP),
      ([0x81, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .truncatedSources),
      ([0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .truncatedExtension),
      ([0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0xFF, 0xFF], .truncatedExtension),
      ([0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0], .badPadding),
      ([0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 2], .badPadding),
    ] as [([UInt8], RTPPacketError)])
  func refusals(bytes: [UInt8], reason: RTPPacketError) {
    #expect(parse(bytes) == .failure(reason))
  }

  @Test("datagrams on one port are told apart by their first bytes")
  func kinds() {
    func kind(_ bytes: [UInt8]) -> DatagramKind { DatagramKind(of: bytes.span) }
    #expect(kind([0x80, 0]) == .rtp)
    #expect(kind([0x80, 0x80 | 101]) == .rtp)
    #expect(kind([0x80, 200]) == .rtcp)
    #expect(kind([0x81, 207]) == .rtcp)
    #expect(kind([0x00, 0x01]) == .stun)
    #expect(kind([22, 254]) == .dtls)
    #expect(kind([0x80]) == .unknown)
    #expect(kind([0xFF, 0xFF]) == .unknown)
  }

  @Test("sequence numbers go on without end over the wrap")
  func wrap() {
    var tracker = SequenceTracker()
    let origin = SequenceTracker.origin
    #expect(tracker.place(65_534) == .index(origin))
    #expect(tracker.place(65_535) == .index(origin + 1))
    #expect(tracker.place(1) == .index(origin + 3))
    #expect(tracker.place(0) == .index(origin + 2))
    #expect(tracker.extendedHighest == 65_537)
    #expect(tracker.expected == 4)
  }

  @Test("a far sequence number is believed when the next one follows it")
  func restart() {
    var tracker = SequenceTracker()
    _ = tracker.place(100)
    #expect(tracker.place(30_000) == .implausible)
    #expect(tracker.place(101) == .index(SequenceTracker.origin + 1))
    #expect(tracker.place(40_000) == .implausible)
    #expect(tracker.place(40_001) == .restarted(SequenceTracker.origin + 2))
    #expect(tracker.extendedHighest == 40_001)
  }
}
