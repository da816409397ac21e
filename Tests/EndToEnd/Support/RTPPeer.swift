import Audio
import Coordination
import Foundation

/// The media side of a peer: a thread that sends a packet every 20 ms and keeps what it receives.
final class RTPPeer: Sendable {
  /// A packet that came.
  struct Packet: Sendable {
    var at: Instant
    var sequence: UInt16
    var timestamp: UInt32
    var source: UInt32
    var marker: Bool
    var payloadType: UInt8
    var payload: [UInt8]
    var port: UInt16

    /// Its sound; empty for anything that is not G.711.
    var samples: [Int16] {
      guard payloadType == 0 || payloadType == 8 else { return [] }
      let law = payloadType == 0 ? G711Law.mulaw : .alaw
      return payload.map { G711.decode($0, law: law) }
    }

    var isAudible: Bool { Sounds.isAudible(samples) }
  }

  /// A digit that goes out.
  private struct Digit {
    var event: UInt8
    var packetsSent = 0
  }

  /// What goes out in the next 20 ms.
  enum Sending: Sendable {
    case nothing
    case silence
    case tone(hertz: Double)
  }

  private struct State {
    var isRunning = true
    var remote: UInt16 = 0
    var law = G711Law.alaw
    var sending = Sending.nothing
    var queue: [Int16] = []
    var digits: [Digit] = []
    var sequence = UInt16.random(in: .min ... .max)
    var timestamp = UInt32.random(in: .min ... .max)
    var phase = 0.0
    var packets: [Packet] = []
    var playedOutAt: Instant?
    var eventTimestamp: UInt32 = 0
  }

  private let socket: DatagramSocket
  private let source = UInt32.random(in: .min ... .max)
  private let state = Locked(State())

  init(at host: Loopback = .first) throws {
    // Even, as RTP wants it.
    var socket = try DatagramSocket(of: host)
    while socket.port % 2 == 1 { socket = try DatagramSocket(of: host) }
    self.socket = socket
    Thread.detachNewThread { [weak self] in
      var next = Instant.now
      while true {
        guard let peer = self, peer.isRunning else { return }
        let left = max(0, Int32((next - .now) / .milliseconds(1)))
        peer.socket.wait(milliseconds: min(5, left))
        peer.receive()
        if Instant.now >= next {
          next += .milliseconds(20)
          peer.sendNext()
        }
      }
    }
  }

  private var isRunning: Bool { state.withLock { $0.isRunning } }

  /// No packet goes out or comes in from now on.
  func stop() { state.withLock { $0.isRunning = false } }

  var port: UInt16 { socket.port }

  /// Sends to where a description says, in its first codec.
  func follow(_ message: SIPMessage) throws {
    guard let port = message.mediaPort, let type = message.payloadType else {
      throw Trouble("no media in \(message)")
    }
    state.withLock {
      $0.remote = port
      $0.law = type == 0 ? .mulaw : .alaw
    }
  }

  /// From where the server sends, and where it listens.
  var remotePort: UInt16 { state.withLock { $0.remote } }

  func send(_ what: Sending) { state.withLock { $0.sending = what } }

  /// Says something at 8 kHz, then goes on with what `send` has set.
  func say(_ samples: [Int16]) { state.withLock { $0.queue += samples } }

  /// Waits until all that was to be said is out, and returns when that was.
  func saidAll(within limit: Duration = .seconds(15)) async throws -> Instant {
    try await eventually("the end of what the peer says", within: limit) {
      state.withLock { $0.queue.isEmpty ? ($0.playedOutAt ?? .now) : nil }
    }
  }

  /// Presses digits by RFC 4733: 100 ms each, its end sent three times.
  func press(_ digits: String) {
    let keys = Array("0123456789*#ABCD")
    state.withLock { state in
      for digit in digits {
        if let event = keys.firstIndex(of: digit) { state.digits.append(Digit(event: UInt8(event))) }
      }
    }
  }

  /// All that came so far.
  var packets: [Packet] { state.withLock { $0.packets } }
  /// When so many packets had come, as a mark to look behind of.
  var count: Int { state.withLock { $0.packets.count } }

  private func receive() {
    while let (bytes, from) = socket.receive() {
      guard bytes.count >= 12, bytes[0] >> 6 == 2, !(192...223).contains(bytes[1]) else { continue }
      let packet = Packet(
        at: .now, sequence: UInt16(bytes[2]) << 8 | UInt16(bytes[3]),
        timestamp: bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) },
        source: bytes[8..<12].reduce(0) { $0 << 8 | UInt32($1) },
        marker: bytes[1] & 0x80 != 0, payloadType: bytes[1] & 0x7F, payload: Array(bytes[12...]), port: from)
      state.withLock { $0.packets.append(packet) }
    }
  }

  private func sendNext() {
    state.withLock { state in
      guard state.remote != 0 else { return }
      if let packet = next(&state) { socket.send(packet, to: state.remote) }
      state.timestamp &+= 160
    }
  }

  private func next(_ state: inout State) -> [UInt8]? {
    if !state.digits.isEmpty { return event(&state) }
    var samples = [Int16](repeating: 0, count: 160)
    if !state.queue.isEmpty {
      let part = Array(state.queue.prefix(160))
      samples.replaceSubrange(0..<part.count, with: part)
      state.queue.removeFirst(part.count)
      if state.queue.isEmpty { state.playedOutAt = .now }
    } else {
      switch state.sending {
      case .nothing: return nil
      case .silence: break
      case .tone(let hertz):
        for index in samples.indices {
          samples[index] = Int16(8000 * sin(state.phase))
          state.phase += 2 * .pi * hertz / 8000
        }
      }
    }
    let law = state.law
    let payload = samples.map { G711.encode($0, law: law) }
    return header(&state, type: law == .alaw ? 8 : 0, timestamp: state.timestamp) + payload
  }

  private func header(_ state: inout State, type: UInt8, timestamp: UInt32, marker: Bool = false) -> [UInt8] {
    state.sequence &+= 1
    let number = [UInt8(state.sequence >> 8), UInt8(truncatingIfNeeded: state.sequence)]
    func four(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    return [0x80, type | (marker ? 0x80 : 0)] + number + four(timestamp) + four(source)
  }

  /// The next packet of the first digit: five while it lasts, three of its end, three of pause as silence.
  private func event(_ state: inout State) -> [UInt8] {
    let event = state.digits[0].event
    let sent = state.digits[0].packetsSent
    if sent == 0 { state.eventTimestamp = state.timestamp }
    state.digits[0].packetsSent += 1
    if sent >= 8 {
      if sent == 10 { state.digits.removeFirst() }
      let law = state.law
      return header(&state, type: law == .alaw ? 8 : 0, timestamp: state.timestamp)
        + [UInt8](repeating: G711.encode(0, law: law), count: 160)
    }
    let duration = UInt16(min(sent + 1, 5) * 160)
    return header(&state, type: 101, timestamp: state.eventTimestamp, marker: sent == 0)
      + [event, sent >= 5 ? 0x8A : 0x0A, UInt8(duration >> 8), UInt8(truncatingIfNeeded: duration)]
  }
}

// What a test asks of what came.
extension RTPPeer {
  /// The sound that came behind the first `skipping` packets, as it was sent.
  func sound(skipping: Int = 0) -> [Int16] { packets.dropFirst(skipping).flatMap { $0.samples } }

  /// Waits until something audible comes behind the first `skipping` packets; its packet.
  func audible(skipping: Int = 0, within limit: Duration = .seconds(8)) async throws -> Packet {
    try await eventually("something audible", within: limit) {
      packets.dropFirst(skipping).first { $0.isAudible }
    }
  }

  /// Waits until nothing audible has come for so long.
  func quiet(for pause: Duration = .milliseconds(1200), within limit: Duration = .seconds(15)) async throws {
    let size = Int(pause / .milliseconds(20))
    try await eventually("silence", within: limit) {
      let recent = packets.suffix(size)
      return recent.count == size && !recent.contains { $0.isAudible }
    }
  }

  /// The longest time between two packets behind the first `skipping`.
  func longestGap(skipping: Int = 0) -> Duration {
    let times = packets.dropFirst(skipping).map { $0.at }
    return zip(times, times.dropFirst()).map { $0.duration(to: $1) }.max() ?? .zero
  }
}
