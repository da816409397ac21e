import Testing

@testable import RTPEngine

@Suite("RTCP packets")
struct RTCPPacketTests {
  @Test("a compound comes back part by part as it was written, with a negative loss")
  func roundTrip() throws {
    let info = SenderInfo(ntp: NTPTimestamp(value: 0x0102_0304_0506_0708), rtpTimestamp: 9, packets: 10, octets: 11)
    let block = ReportBlock(
      ssrc: 5, fractionLost: 64, cumulativeLost: -2, extendedHighest: 70_000, jitter: 33, lastSenderReport: 44,
      delaySinceLastSenderReport: 55)
    var bytes = [UInt8](repeating: 0xEE, count: 200)
    var span = bytes.mutableSpan
    var writer = RTCPWriter()
    writer.report(ssrc: 77, sender: info, block: block, into: &span)
    writer.sourceDescription(ssrc: 77, cname: Array("abcdef".utf8).span, into: &span)
    writer.bye(ssrc: 77, into: &span)
    #expect(writer.count == 52 + 20 + 8)
    bytes.removeSubrange(writer.count...)

    var compound = try RTCPCompound(bytes.span)
    let first = compound.next(in: bytes.span)
    let report = try #require(first)
    #expect(report.kind == .senderReport)
    #expect(report.count == 1)
    #expect(ReportBlock(bytes.span, at: report.body.lowerBound + 24) == block)
    let second = compound.next(in: bytes.span)
    let description = try #require(second)
    #expect(description.kind == .sourceDescription)
    #expect(Array(bytes[description.body]) == [0, 0, 0, 77, 1, 6] + Array("abcdef".utf8) + [0, 0, 0, 0])
    #expect(compound.next(in: bytes.span)?.kind == .bye)
    #expect(compound.next(in: bytes.span) == nil)
  }

  @Test("packets of unknown types are passed over by their length")
  func unknownType() throws {
    let bytes: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 1, 0x80, 199, 0, 1, 1, 2, 3, 4, 0x81, 203, 0, 1, 0, 0, 0, 1]
    var compound = try RTCPCompound(bytes.span)
    #expect(compound.next(in: bytes.span)?.kind == .receiverReport)
    #expect(compound.next(in: bytes.span)?.type == 199)
    #expect(compound.next(in: bytes.span)?.kind == .bye)
  }

  @Test(
    "a broken compound is refused as a whole",
    arguments: [
      ([0x80, 201], .tooShort),
      ([0x40, 201, 0, 0], .wrongVersion),
      ([0x80, 201, 0, 2, 0, 0, 0, 1], .truncated),
      ([0x81, 203, 0, 1, 0, 0, 0, 1], .noReportFirst),
      ([0xA0, 201, 0, 1, 0, 0, 0, 1, 0x80, 203, 0, 0], .badPadding),
      ([0xA0, 201, 0, 1, 0, 0, 0, 9], .badPadding),
      ([0x80, 201, 0, 1, 0, 0, 0, 1, 0x80], .truncated),
    ] as [([UInt8], RTCPPacketError)])
  func broken(bytes: [UInt8], reason: RTCPPacketError) {
    #expect(throws: reason) { _ = try RTCPCompound(bytes.span) }
  }

  @Test("Unix time becomes NTP time")
  func ntp() {
    let time = NTPTimestamp(unixSeconds: 0, nanoseconds: 500_000_000)
    let expected: UInt64 = 2_208_988_800 << 32 | 0x8000_0000
    #expect(time.value == expected)
    #expect(time.middle == UInt32(truncatingIfNeeded: 2_208_988_800) << 16 | 0x8000)
  }
}
