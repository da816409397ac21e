import Audio
import Testing

extension EndToEnd {
  @Suite("transfer by REFER", .serialized) struct Transfer {
    static let target = "sip:anna@127.0.0.1:5999"

    @Test("asked for in plain speech; accepted, reported as answered: the assistant hangs up")
    func success() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.transferring(to: Self.target))) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.say(try await Sounds.speech("i want to speak to a person", scratch: server.scratch))
        let refer = try await line.peer.request("REFER", within: .seconds(12))
        #expect(refer.uri(in: "Refer-To")?.hasPrefix(Self.target + "?X-Assist-Escalation=esc_") == true)
        #expect(refer["X-Assist-Escalation"]?.hasPrefix("esc_") == true)
        #expect(refer["X-Assist-Link"]?.contains("/#/conversation/conv_") == true)
        #expect(refer.toTag == line.call.localTag)
        line.peer.respond(202, "Accepted", to: refer)
        try await line.notify("SIP/2.0 180 Ringing", state: "active;expires=60", refer: refer)
        // The caller is never left in silence for more than two seconds.
        let mark = line.media.count
        try await Task.sleep(for: .seconds(3))
        let waiting = line.media.packets.dropFirst(mark)
        var silent = 0
        for packet in waiting {
          silent = packet.isAudible ? 0 : silent + 1
          guard silent <= 105 else { throw Trouble("two seconds of silence while it rings") }
        }
        try await line.notify("SIP/2.0 200 OK", state: "terminated;reason=noresource", refer: refer)
        let bye = try await line.peer.request("BYE", within: .seconds(8))
        line.peer.respond(200, "OK", to: bye)
        try await server.waitUntilIdle()
        #expect(try await server.metric("assist_transfers_total{outcome=\"succeeded\"}") == 1)
      }
    }

    @Test("reported as busy, refused, or never confirmed: each time the assistant apologises and the call lives on")
    func failures() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits(target: Self.target))) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        try await fail(line) { refer in
          line.peer.respond(202, "Accepted", to: refer)
          try await line.notify("SIP/2.0 100 Trying", state: "active;expires=60", refer: refer)
          try await line.notify("SIP/2.0 486 Busy Here", state: "terminated;reason=noresource", refer: refer)
        }
        try await fail(line) { refer in line.peer.respond(603, "Decline", to: refer) }
        try await fail(line) { refer in
          line.peer.respond(202, "Accepted", to: refer)
          try await line.notify("SIP/2.0 100 Trying", state: "terminated;reason=timeout", refer: refer)
        }
        #expect(try await server.metric("assist_transfers_total{outcome=\"failed\"}") == 3)
        #expect(try await server.metric("assist_calls") == 1)
        line.media.press("9999")
        let bye = try await line.peer.request("BYE", within: .seconds(12))
        line.peer.respond(200, "OK", to: bye)
        try await server.waitUntilIdle()
      }
    }

    /// A transfer that `answer` lets fail, heard as an apology.
    private func fail(_ line: Line, _ answer: (SIPMessage) async throws -> Void) async throws {
      line.media.press("1234")
      let refer = try await line.peer.request("REFER", within: .seconds(12))
      #expect(refer.uri(in: "Refer-To")?.hasPrefix(Self.target) == true)
      try await line.media.quiet(for: .milliseconds(300))
      let mark = line.media.count
      try await answer(refer)
      _ = try await line.media.audible(skipping: mark, within: .seconds(3))
      try await line.media.quiet(for: .milliseconds(800))
      #expect(Sounds.audibleSeconds(line.media.sound(skipping: mark)) > 0.6, "no apology")
    }

    @Test("accepted, and a BYE instead of any report: taken as success")
    func byeInstead() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits(target: Self.target))) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.press("1234")
        let refer = try await line.peer.request("REFER", within: .seconds(12))
        line.peer.respond(202, "Accepted", to: refer)
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await line.call.hangUp().status == 200)
        try await server.waitUntilIdle()
        #expect(try await server.metric("assist_transfers_total{outcome=\"succeeded\"}") == 1)
      }
    }

    @Test("the fields in the target's URI are for the person's INVITE, and on the REFER as well, with who asks")
    func fields() async throws {
      let target = Self.target + "?X-Assist-Escalation=esc_1&X-Assist-Link=https%3A%2F%2Fdesk.example%2F&From=evil"
      try await Server.run(Server.Setup(assistants: Assistants.byDigits(target: target))) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.press("1234")
        let refer = try await line.peer.request("REFER", within: .seconds(12))
        #expect(refer.uri(in: "Refer-To")?.contains("X-Assist-Escalation=esc_1") == true)
        #expect(refer["X-Assist-Escalation"] == "esc_1")
        #expect(refer["X-Assist-Link"] == "https://desk.example/")
        #expect(refer["From"]?.contains("evil") == false)
        #expect(refer.uri(in: "Referred-By")?.hasPrefix("sip:desk@") == true)
        line.peer.respond(603, "Decline", to: refer)
        #expect(try await line.call.hangUp().status == 200)
      }
    }

    @Test("a REFER or a NOTIFY from outside does not move the call")
    func unwanted() async throws {
      try await Server.run { server in
        let line = try await Line(server)
        let refer = line.call.request("REFER", [("Refer-To", "<sip:evil@127.0.0.1:5999>")])
        line.peer.send(refer)
        let status = try await line.peer.response(to: refer).status ?? 0
        #expect((400..<700).contains(status), "\(status)")
        var notify = line.call.request("NOTIFY", [("Event", "refer"), ("Subscription-State", "active")])
        notify.body = "SIP/2.0 200 OK\r\n"
        line.peer.send(notify)
        #expect(try await line.peer.response(to: notify).status == 481)
        #expect(try await line.call.hangUp().status == 200)
      }
    }
  }
}
