import Audio
import CLinux
import Glibc
import Net
import Testing

@testable import RTPEngine

/// A phone on 127.0.0.1, as bare as can be: one socket, one RTP source.
final class LoopbackPeer {
  let address: SocketEndpoint
  private let fd: Int32
  private var sequence: UInt16 = 65000
  private var timestamp: UInt32 = 0
  private let ssrc: UInt32
  private(set) var heard: [RTPHeader] = []
  /// The sound of all that was heard, in the order it came.
  private(set) var sound: [Int16] = []
  private(set) var datagrams = 0

  init(ssrc: UInt32 = 0x1234_5678) throws {
    let (storage, length) = SocketEndpoint(.loopback, port: 0).storage()
    fd = withUnsafeBytes(of: storage) { bytes -> Int32 in
      guard let pointer = bytes.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
      return clinux_udp_bind(pointer, length, 1 << 20)
    }
    try #require(fd >= 0)
    address = SocketEndpoint(.loopback, port: UInt16(clinux_local_port(fd)))
    self.ssrc = ssrc
  }

  deinit { _ = clinux_close(fd) }

  /// One packet of µ-law with `samples`.
  func packet(_ samples: [Int16]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 12 + samples.count)
    var span = bytes.mutableSpan
    let header = RTPHeader(payloadType: 0, sequence: sequence, timestamp: timestamp, ssrc: ssrc)
    _ = header.write(into: &span)
    for (index, sample) in samples.enumerated() { span[12 + index] = G711.encode(sample, law: .mulaw) }
    sequence &+= 1
    timestamp &+= UInt32(samples.count)
    return bytes
  }

  /// A packet of a telephone event; its duration goes on from call to call.
  func eventPacket(_ event: UInt8, duration: UInt16, isEnd: Bool) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16)
    var span = bytes.mutableSpan
    _ = RTPHeader(payloadType: 101, sequence: sequence, timestamp: timestamp, ssrc: ssrc).write(into: &span)
    sequence &+= 1
    bytes[12] = event
    bytes[13] = isEnd ? 0x8A : 0x0A
    bytes[14] = UInt8(duration >> 8)
    bytes[15] = UInt8(duration & 0xFF)
    return bytes
  }

  func send(_ bytes: [UInt8], to port: UInt16) {
    var (storage, length) = address.with(port: port).storage()
    _ = clinux_send(fd, bytes, bytes.count, &storage, length)
  }

  /// Takes what has come.
  func receive() {
    var bytes = [UInt8](repeating: 0, count: 2048)
    var source = sockaddr_storage()
    while true {
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let count = clinux_receive(fd, &bytes, bytes.count, &source, &length)
      if count == -Int(ECONNREFUSED) { continue }
      guard count >= 0 else { return }
      datagrams += 1
      let datagram = Array(bytes[..<count])
      guard let packet = try? RTPPacket(datagram.span) else { continue }
      heard.append(packet.header)
      guard packet.header.payloadType == 0 else { continue }
      sound += datagram[packet.payload].map { G711.decode($0, law: .mulaw) }
    }
  }

  /// Sends a packet each 20 ms and takes what comes, till `until` says so or `limit` packets are sent; true in the
  /// first case.
  func talk(to port: UInt16, limit: Int, _ samples: (Int) -> [Int16]?, until: () -> Bool = { false }) async -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    for index in 0..<limit {
      if let samples = samples(index) { send(packet(samples), to: port) }
      try? await clock.sleep(until: start + .milliseconds(20 * (index + 1)))
      receive()
      if until() { return true }
    }
    return false
  }

  func forget() {
    receive()
    heard = []
    sound = []
    datagrams = 0
  }
}

let silence = [Int16](repeating: 0, count: 160)

/// Packet `index` of a loud tone.
func tone(_ index: Int, frequency: Double = 440, amplitude: Double = 8000) -> [Int16] {
  (0..<160).map { Int16(sin(Double(index * 160 + $0) * frequency * 2 * .pi / 8000) * amplitude) }
}

/// Packet `index` of something like a vowel: a voice of wandering pitch with two formants, that breathes like syllables.
func vowel(_ index: Int) -> [Int16] {
  (0..<160).map { offset in
    let time = Double(index * 160 + offset) / 8000
    let phase = 2 * .pi * (130 * time - 3 * cos(2 * .pi * 3 * time) / (2 * .pi) * 4)
    var sum = 0.0
    for harmonic in 1...24 {
      let frequency = 130 * Double(harmonic)
      let formants = exp(-pow((frequency - 650) / 200, 2)) + 0.6 * exp(-pow((frequency - 1400) / 300, 2)) + 0.03
      sum += formants * sin(Double(harmonic) * phase)
    }
    let syllable = 0.55 + 0.45 * sin(2 * .pi * 4 * time)
    return Int16(max(-30000, min(30000, sum * 5000 * syllable)))
  }
}
