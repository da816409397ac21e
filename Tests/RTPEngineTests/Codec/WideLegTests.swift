import Audio
import Net
import Testing

@testable import RTPEngine

/// Legs with another rate than their codec's: all that knows of the codec's is the codec.
@Suite("A leg of 16 kHz on a codec of 8 kHz")
struct WideLegTests {
  private static let rate = 16_000

  /// A second and a half of a tone over the wire; a packet of `lost` is.
  private func carry(_ codec: AudioCodec, lost: Int? = nil) -> (sound: [Int16], headers: [RTPHeader], LegStatistics) {
    var sender = SendStream(codec: codec, sampleRate: Self.rate, seed: 1)
    var receiver = Receiver(sampleRate: Self.rate, at: Wire.start)
    let rtcp = RTCPSession(localSSRC: 1, cname: "x", seed: 1, at: Wire.start)
    var generator = ToneGenerator(frequency: 500, sampleRate: Self.rate)
    var pcm = [Int16](repeating: 0, count: 320)
    var datagram = [UInt8](repeating: 0, count: 400)
    var sound: [Int16] = []
    var headers: [RTPHeader] = []
    for index in 0..<75 {
      var tone = pcm.mutableSpan
      generator.fill(&tone)
      var bytes = datagram.mutableSpan
      let count = sender.write(pcm: pcm.span, into: &bytes, at: Wire.at(Double(index * 20)))
      let packet = Array(datagram[..<count])
      if let header = try? RTPPacket(packet.span).header { headers.append(header) }
      if index != lost { _ = receiver.receive(packet, ms: Double(index * 20)) }
      sound += receiver.pull(ms: Double(index * 20 + 5), samples: 320).1
    }
    return (sound, headers, LegStatistics(receiver: receiver, sender: sender, rtcp: rtcp))
  }

  @Test("a tone comes out as it went in, and the timestamps count the codec's ticks", arguments: AudioCodec.allCases)
  func tone(_ codec: AudioCodec) {
    let (sound, headers, statistics) = carry(codec)
    #expect(headers.count == 75)
    for (one, next) in zip(headers, headers.dropFirst()) { #expect(next.timestamp &- one.timestamp == 160) }
    #expect(statistics.octetsSent == 75 * 160)
    // The second half: past the filters' beginning and the jitter buffer's.
    let half = sound.suffix(Self.rate / 2)
    let power = half.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(half.count)
    var generator = ToneGenerator(frequency: 500, sampleRate: Self.rate)
    var model = [Int16](repeating: 0, count: Self.rate / 2)
    var room = model.mutableSpan
    generator.fill(&room)
    let expected = model.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(model.count)
    #expect(power > expected * 0.9 && power < expected * 1.1)
    let crossings = zip(half, half.dropFirst()).count { ($0 < 0) != ($1 < 0) }
    #expect((490...510).contains(crossings))
    #expect(statistics.concealed == .zero)
    #expect(statistics.lost == 0)
  }

  @Test("a lost packet is a gap of 20 ms, made up")
  func loss() {
    let (_, _, statistics) = carry(.pcmu, lost: 40)
    #expect(statistics.lost == 1)
    #expect(statistics.concealed == .milliseconds(20))
  }

  @Test("an engine's legs all have its rate: what is said on one is heard on the other")
  func engine() async throws {
    let engine = try loopbackEngine(8700...8709) { $0.sampleRate = Self.rate }
    defer { engine.stop() }
    let (one, other) = (try engine.openLeg(), try engine.openLeg())
    #expect(one.sampleRate == Self.rate && engine.sampleRate == Self.rate)
    one.start(LegSession(remote: SocketEndpoint(.loopback, port: other.localPort), codec: .pcma))
    other.start(LegSession(remote: SocketEndpoint(.loopback, port: one.localPort), codec: .pcma))
    var generator = ToneGenerator(frequency: 500, sampleRate: Self.rate)
    var pcm = [Int16](repeating: 0, count: Self.rate)
    var room = pcm.mutableSpan
    generator.fill(&room)
    let end = try await one.play(pcm)
    #expect(end == LinePosition(UInt64(Self.rate)))
    one.finishPlayout()
    let log = EventLog(other)
    #expect(
      await eventually {
        log.first {
          if case .audio(let frame) = $0, frame.samples.contains(where: { abs(Int($0)) > 1000 }) { frame } else { nil }
        }
          != nil
      })
    let frame = try #require(log.first { if case .audio(let frame) = $0 { frame } else { nil } })
    #expect(frame.sampleRate == Self.rate && frame.samples.count == 320)
  }

  @Test("a rate that no leg can have is refused", arguments: [0, 11_025, 44_100, 96_000])
  func refused(_ rate: Int) {
    #expect(throws: MediaEngineError.unsupportedRate(rate)) {
      _ = try loopbackEngine(8710...8711) { $0.sampleRate = rate }
    }
  }
}

@Suite("Payload types by codec")
struct PayloadMapTests {
  @Test("each codec has its static number unless the SDP gave another, and none that was not negotiated")
  func numbers() {
    var map = PayloadMap()
    #expect(map.meaning(of: 0) == .audio(.pcmu))
    #expect(map.meaning(of: 8) == .audio(.pcma))
    map[.pcma] = 99
    map[.pcmu] = nil
    #expect(map.meaning(of: 99) == .audio(.pcma))
    #expect(map.meaning(of: 8) == nil)
    #expect(map.meaning(of: 0) == nil)
    #expect(map.meaning(of: 101) == .telephoneEvent)
    #expect(map.meaning(of: 13) == .comfortNoise)
    // No payload type, but what stands for none within.
    #expect(map.meaning(of: 255) == nil)
  }
}
