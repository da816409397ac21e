import Audio
import Testing

extension EndToEnd {
  @Suite("an assistant on the line", .serialized) struct Assistance {
    @Test("flite asks for the opening hours in plain speech and is answered, and interrupts; the log has the timing")
    func question() async throws {
      try await Server.run { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.say(try await Sounds.speech("what are your opening hours", scratch: server.scratch))
        let said = try await line.media.saidAll()
        let mark = line.media.count
        let first = try await line.media.audible(skipping: mark)
        #expect(said.duration(to: first.at) < .seconds(4))
        try await eventually("turn.timing in the log") { server.log.contains("turn.timing") }
        let timing = server.log.split(whereSeparator: \.isNewline).first { $0.contains("turn.timing") } ?? ""
        for name in ["end_of_turn_decided_ms", "transcript_final_ms", "first_token_ms", "first_audible"] {
          #expect(timing.contains(name), "\(timing)")
        }
        // The answer is some twenty seconds long; an apology would be over by now.
        try await Task.sleep(for: .seconds(7))
        let answer = line.media.sound(skipping: mark)
        #expect(Sounds.audibleSeconds(answer) > 4, "the answer is too short to be the opening hours")
        // An interruption silences it, well before the caller has ended and can be answered.
        let goodbye = try await Sounds.speech("that is all thank you", scratch: server.scratch)
        let start = Instant.now
        line.media.say(goodbye)
        let bye = try await line.peer.request("BYE", within: .seconds(12))
        line.peer.respond(200, "OK", to: bye)
        let interrupted = line.media.packets.filter { packet in
          (.milliseconds(900) ... .milliseconds(1300)).contains(start.duration(to: packet.at))
        }
        #expect(interrupted.count > 10)
        #expect(!interrupted.contains { $0.isAudible }, "the answer goes on over the caller's voice")
        #expect(line.media.longestGap() < .milliseconds(300))
      }
    }

    @Test("digits by RFC 4733 reach the dialogue")
    func digits() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits())) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        let mark = line.media.count
        line.media.press("5678")
        _ = try await line.media.audible(skipping: mark)
        line.media.press("9999")
        let bye = try await line.peer.request("BYE", within: .seconds(12))
        line.peer.respond(200, "OK", to: bye)
      }
    }

    @Test("digits by INFO reach the dialogue")
    func digitsByInfo() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits())) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        for _ in 0..<4 {
          var info = line.call.request("INFO", [("Content-Type", "application/dtmf-relay")])
          info.body = "Signal=9\r\nDuration=160\r\n"
          line.peer.send(info)
          #expect(try await line.peer.response(to: info).status == 200)
        }
        let bye = try await line.peer.request("BYE", within: .seconds(12))
        line.peer.respond(200, "OK", to: bye)
      }
    }
  }
}
