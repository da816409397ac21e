import Audio
import Testing

@testable import RTPEngine

@Suite("a send stream")
struct SendStreamTests {
  private func write(_ stream: inout SendStream, _ sample: Int16 = 0, tick: Int = 0) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 172)
    var span = bytes.mutableSpan
    let pcm = [Int16](repeating: sample, count: 160)
    let count = stream.write(pcm: pcm.span, into: &span, at: Wire.at(Double(tick) * 20))
    return Array(bytes[..<count])
  }

  @Test("sequence, timestamp and source go on over a change of codec")
  func continuity() throws {
    var stream = SendStream(codec: .pcmu, seed: 4)
    var headers: [RTPHeader] = []
    for tick in 0..<10 {
      if tick == 5 { stream.setCodec(.pcma, payloadType: 8, telephoneEvent: 101) }
      let bytes = write(&stream, 1000, tick: tick)
      #expect(bytes.count == 172)
      #expect(bytes[12] == G711.encode(1000, law: tick < 5 ? .mulaw : .alaw))
      headers.append(try RTPPacket(bytes.span).header)
    }
    for (before, after) in zip(headers, headers.dropFirst()) {
      #expect(after.sequence == before.sequence &+ 1)
      #expect(after.timestamp == before.timestamp &+ 160)
      #expect(after.ssrc == stream.ssrc)
    }
    #expect(headers.map(\.marker) == [true] + Array(repeating: false, count: 9))
    #expect(headers.map(\.payloadType) == Array(repeating: 0, count: 5) + Array(repeating: 8, count: 5))
    #expect(stream.packets == 10)
    #expect(stream.octets == 1600)
  }

  @Test("time without packets shows in the timestamp, and the next packet is marked")
  func skip() throws {
    var stream = SendStream(seed: 4)
    let first = try RTPPacket(write(&stream).span).header
    stream.skip(samples: 16_000)
    let second = try RTPPacket(write(&stream).span).header
    #expect(second.timestamp == first.timestamp &+ 16_160)
    #expect(second.sequence == first.sequence &+ 1)
    #expect(second.marker)
  }

  @Test("nothing is written, nor counted, where a packet has no room")
  func noRoom() {
    var stream = SendStream(seed: 4)
    var bytes = [UInt8](repeating: 0, count: 171)
    var span = bytes.mutableSpan
    #expect(stream.write(pcm: [Int16](repeating: 0, count: 160).span, into: &span, at: Wire.start) == 0)
    #expect(stream.packets == 0)
  }

  @Test("streams of different seeds have different sources and beginnings")
  func seeds() throws {
    var one = SendStream(seed: 1)
    var two = SendStream(seed: 2)
    let first = try RTPPacket(write(&one).span).header
    let second = try RTPPacket(write(&two).span).header
    #expect(first.ssrc != second.ssrc)
    #expect(first.timestamp != second.timestamp)
    #expect(first.sequence != second.sequence)
  }

  @Test("digits are refused when no telephone-event was negotiated")
  func noEvents() {
    var stream = SendStream(telephoneEvent: nil, seed: 1)
    #expect(stream.queueDigits("12".compactMap { DTMFDigit($0) }) == 0)
    #expect(stream.isSendingDigits == false)
  }
}
