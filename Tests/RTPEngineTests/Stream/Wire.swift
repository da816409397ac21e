import Audio

@testable import RTPEngine

/// What the tests of streams share: a point in time, datagrams made by hand, and a seeded generator.
enum Wire {
  static let start = ContinuousClock.now

  static func at(_ milliseconds: Double) -> ContinuousClock.Instant {
    start + .microseconds(Int64(milliseconds * 1000))
  }

  static func datagram(
    type: UInt8 = 0, marker: Bool = false, sequence: Int, timestamp: Int, ssrc: UInt32 = 1,
    payload: [UInt8] = Array(repeating: 0x55, count: 160)
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 12 + payload.count)
    var span = bytes.mutableSpan
    let header = RTPHeader(
      payloadType: type, marker: marker, sequence: UInt16(truncatingIfNeeded: sequence),
      timestamp: UInt32(truncatingIfNeeded: timestamp), ssrc: ssrc)
    _ = header.write(into: &span)
    bytes.replaceSubrange(12..., with: payload)
    return bytes
  }
}

extension Receiver {
  mutating func receive(_ bytes: [UInt8], ms: Double) -> Reception {
    receive(bytes.span, at: Wire.at(ms))
  }

  mutating func pull(ms: Double, samples: Int = 160) -> (PulledFrame, [Int16]) {
    var pcm = [Int16](repeating: 0, count: samples)
    var span = pcm.mutableSpan
    let frame = pull(into: &span, at: Wire.at(ms))
    return (frame, pcm)
  }
}
