import Audio
import Testing

extension EndToEnd {
  @Suite("the echo", .serialized) struct Echo {
    @Test("sends RTP every 20 ms from the answer to the BYE, and gives the tone back")
    func steady() async throws {
      try await Server.run { server in
        let media = try RTPPeer()
        let call = SIPDialog(try SIPPeer(of: server), to: server.uri("echo"))
        try await call.establish(media)
        media.send(.tone(hertz: 440))
        try await Task.sleep(for: .seconds(3))
        let packets = media.packets
        try await call.hangUp()
        #expect(abs(packets.count - 150) < 20, "\(packets.count) packets in 3 s")
        #expect(media.longestGap() < .milliseconds(200))
        #expect(Set(packets.map { $0.source }).count == 1)
        for (first, second) in zip(packets, packets.dropFirst()) {
          #expect(second.sequence == first.sequence &+ 1)
          #expect(second.timestamp == first.timestamp &+ 160)
        }
        #expect(Sounds.best(of: 440, in: media.sound(skipping: 50)) > 0.9)
        let count = media.count
        try await Task.sleep(for: .milliseconds(300))
        #expect(media.count - count <= 1, "RTP after the BYE")
        try await server.waitUntilIdle()
      }
    }
  }
}
