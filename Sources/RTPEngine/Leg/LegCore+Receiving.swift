import Audio
import Net

extension LegCore {
  /// Takes a datagram that came to the RTP port. True when it latched the leg to its source.
  mutating func receive(
    _ datagram: Span<UInt8>, from source: SocketEndpoint, at now: Instant, output: inout LegOutput
  ) -> Bool {
    guard let session else {
      counts.fromStrangers += 1
      return false
    }
    let isValid = receiver.accepts(datagram)
    var hasLatched = false
    switch latch.receive(from: source, isValid: isValid, at: now) {
    case .stranger, .candidate:
      counts.fromStrangers += 1
      return false
    case .latched(let isFinal):
      hasLatched = true
      // Final, the kernel may keep strangers away; so not while the SDP's own source may still come.
      aim(isFinal: isFinal, output: &output)
    case .accepted: break
    }
    guard isValid else {
      counts.malformed += 1
      return hasLatched
    }
    watch.packet(at: now)
    guard session.canReceive else { return hasLatched }
    _ = receiver.receive(datagram, at: now)
    while let digit = receiver.pollDigit() {
      output.append(.digit(digit.digit.event), at: digit.arrival)
    }
    return hasLatched
  }

  /// Takes a datagram that came to the RTCP port.
  mutating func receiveReport(_ datagram: Span<UInt8>, from source: SocketEndpoint, at now: Instant) {
    guard let reportHost, source.address == reportHost else {
      counts.fromStrangers += 1
      return
    }
    if case .invalid = rtcp.receive(datagram, at: now) { counts.malformed += 1 }
  }

  /// A datagram came that can't be meant for us: too long, or not protected as agreed.
  mutating func countUnusable() { counts.malformed += 1 }
  /// A socket was shut off till the next tick.
  mutating func countThrottled() { counts.throttled += 1 }
  /// The kernel did not take an RTP packet.
  mutating func countSendFailure() { counts.sendFailures += 1 }
}
