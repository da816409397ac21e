import Audio
import Foundation
import Testing

extension EndToEnd {
  @Suite("media and its troubles", .serialized) struct Media {
    @Test("a client that vanishes is hung up on, and leaves nothing behind", arguments: ["echo", "desk"])
    func vanished(user: String) async throws {
      try await Server.run(Server.Setup(rtp: "media_timeout: 2s")) { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri(user))
        try await call.establish(media)
        media.send(.silence)
        try await Task.sleep(for: .seconds(1))
        #expect(try await server.metric("assist_calls") == 1)
        media.send(.nothing)
        let gone = Instant.now
        let bye = try await peer.request("BYE", within: .seconds(6))
        #expect(gone.duration(to: .now) > .milliseconds(1500))
        peer.respond(200, "OK", to: bye)
        try await server.waitUntilIdle()
      }
    }

    @Test("a client that never sent a packet is hung up on too")
    func neverSent() async throws {
      try await Server.run(Server.Setup(rtp: "media_timeout: 2s")) { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        try await call.establish(media)
        // It does not even answer the BYE.
        _ = try await peer.request("BYE", within: .seconds(6))
      }
    }

    @Test("10,000 random and 10,000 mutated datagrams each on the SIP and an RTP port: a live call goes on")
    func noise() async throws {
      try await Server.run(Server.Setup(arguments: ["--drain-seconds", "0", "--log-level", "warning"])) { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        let answer = try await call.establish(media)
        guard let rtp = answer.mediaPort else { throw Trouble("no media port") }
        media.send(.tone(hertz: 440))
        try await eventually("the echo") { media.count > 25 }
        var random = SplitMix(state: 7)
        let stranger = try DatagramSocket()
        let templates = [
          peer.options().bytes,
          SIPDialog(peer, to: server.uri("nobody")).request("INVITE", body: call.sdp(port: 9)).bytes,
          SIPDialog(peer, to: server.uri("nobody")).request("BYE", sequence: 99).bytes,
          Array("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1\r\nCSeq: 1 INVITE\r\nCall-ID: x\r\n\r\n".utf8),
        ]
        let packet: [UInt8] = [0x80, 8, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4] + [UInt8](repeating: 0xD5, count: 160)
        let report: [UInt8] = [0x80, 200, 0, 6] + [UInt8](repeating: 1, count: 24)
        let start = media.count
        for round in 0..<10_000 {
          let junk = random.bytes(upTo: 1400)
          stranger.send(junk, to: server.udp)
          stranger.send(junk, to: rtp)
          if let template = templates.randomElement(using: &random) {
            stranger.send(random.mutated(template, atLeast: 3), to: server.udp)
          }
          stranger.send(random.mutated(packet, atLeast: 1), to: rtp)
          stranger.send(random.mutated(report, atLeast: 1), to: rtp + 1)
          if round % 20 == 19 { try await Task.sleep(for: .milliseconds(8)) }
        }
        try await Task.sleep(for: .milliseconds(500))
        let sent = media.packets.dropFirst(start)
        #expect(media.longestGap(skipping: start) < .milliseconds(400))
        #expect(sent.count > 150)
        #expect(Set(media.packets.map { $0.source }).count == 1)
        #expect(try await peer.ping().status == 200)
        let after = media.count
        try await Task.sleep(for: .seconds(1))
        #expect(Sounds.best(of: 440, in: media.sound(skipping: after)) > 0.9, "the caller no longer hears its echo")
        #expect(try await call.hangUp().status == 200)
      }
    }
  }
}

/// Reproducible random numbers.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func bytes(upTo limit: Int) -> [UInt8] {
    (0..<Int.random(in: 0...limit, using: &self)).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// A copy with some bytes changed, left out or doubled, or cut short.
  mutating func mutated(_ bytes: [UInt8], atLeast: Int) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: atLeast...(atLeast + 8), using: &self) where !result.isEmpty {
      let place = Int.random(in: 0..<result.count, using: &self)
      switch Int.random(in: 0..<8, using: &self) {
      case 0: result.remove(at: place)
      case 1: result.insert(result[place], at: place)
      case 2: result.removeSubrange(place...)
      default: result[place] = UInt8(truncatingIfNeeded: next())
      }
    }
    return result
  }
}
