import Audio
import Testing

extension EndToEnd {
  @Suite("an assistant on the line", .serialized) struct Assistance {
    @Test("flite asks for the opening hours in plain speech and is answered; the log has the turn's timing")
    func question() async throws {
      try await Server.run { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        let asked = line.media.count
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
        // An interruption silences it.
        let before = Instant.now
        line.media.say(try await Sounds.speech("thank you goodbye", scratch: server.scratch))
        let bye = try await line.peer.request("BYE", within: .seconds(12))
        #expect(before.duration(to: .now) < .seconds(12))
        line.peer.respond(200, "OK", to: bye)
        #expect(line.media.count > asked)
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

  @Suite("transfer by REFER", .serialized) struct Transfer {
    static let target = "sip:anna@127.0.0.1:5999"

    @Test("asked for in plain speech; accepted, reported as answered: the assistant hangs up")
    func success() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.transferring(to: Self.target))) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.say(try await Sounds.speech("i want to speak to a person", scratch: server.scratch))
        let refer = try await line.peer.request("REFER", within: .seconds(12))
        #expect(refer.uri(in: "Refer-To") == Self.target)
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

    @Test("accepted, reported as busy: the assistant apologises and the call lives on")
    func busy() async throws {
      try await failed { line, refer in
        line.peer.respond(202, "Accepted", to: refer)
        try await line.notify("SIP/2.0 100 Trying", state: "active;expires=60", refer: refer)
        try await line.notify("SIP/2.0 486 Busy Here", state: "terminated;reason=noresource", refer: refer)
      }
    }

    @Test("refused with 603: the assistant apologises and the call lives on")
    func refused() async throws {
      try await failed { line, refer in line.peer.respond(603, "Decline", to: refer) }
    }

    @Test("accepted, and nothing more than a subscription that ends: the assistant comes back")
    func unconfirmed() async throws {
      try await failed { line, refer in
        line.peer.respond(202, "Accepted", to: refer)
        try await line.notify("SIP/2.0 100 Trying", state: "terminated;reason=timeout", refer: refer)
      }
    }

    /// A transfer that `answer` lets fail: heard as an apology, and the assistant still takes digits.
    private func failed(_ answer: (Line, SIPMessage) async throws -> Void) async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits(target: Self.target))) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.press("1234")
        let refer = try await line.peer.request("REFER", within: .seconds(12))
        #expect(refer.uri(in: "Refer-To") == Self.target)
        try await line.media.quiet(for: .milliseconds(300))
        let mark = line.media.count
        try await answer(line, refer)
        _ = try await line.media.audible(skipping: mark, within: .seconds(3))
        try await line.media.quiet()
        #expect(Sounds.audibleSeconds(line.media.sound(skipping: mark)) > 0.8, "no apology")
        #expect(try await server.metric("assist_transfers_total{outcome=\"failed\"}") == 1)
        #expect(try await server.metric("assist_calls") == 1)
        line.media.press("9999")
        let bye = try await line.peer.request("BYE", within: .seconds(12))
        line.peer.respond(200, "OK", to: bye)
        try await server.waitUntilIdle()
      }
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

/// A peer in a call with the assistant.
struct Line {
  let peer: SIPPeer
  let media: RTPPeer
  let call: SIPDialog

  /// Dials the assistant of `server`.
  init(_ server: Server, _ transport: SIPPeer.Transport = .udp) async throws {
    peer = try SIPPeer(transport, of: server)
    media = try RTPPeer()
    call = SIPDialog(peer, to: server.uri("desk"))
    try await call.establish(media)
    media.send(.silence)
  }

  /// Waits until the greeting has begun and ended.
  func hearGreeting() async throws {
    _ = try await media.audible()
    try await media.quiet(for: .milliseconds(700))
  }

  /// Reports how the transfer goes, as RFC 3515 has it.
  func notify(_ line: String, state: String, refer: SIPMessage) async throws {
    var request = call.request(
      "NOTIFY",
      [
        ("Event", "refer;id=\(refer.sequence)"), ("Subscription-State", state),
        ("Content-Type", "message/sipfrag;version=2.0"),
      ])
    request.body = line + "\r\n"
    peer.send(request)
    let answer = try await peer.response(to: request)
    guard answer.status == 200 else { throw Trouble("NOTIFY got \(answer.startLine)") }
  }
}

extension Assistants {
  /// One whose dialogue takes four digits: 1234 transfers, 9999 hangs up, others are said back.
  static func byDigits(target: String = "sip:anna@127.0.0.1:5999") -> String {
    """
      desk:
        language: en-US
        greeting: "Your number please."
        escalation: {target: "\(target)", ringing: 8s}
        turn: {digit_pause: 1s}
        llm:
          provider: scripted
          dialogue:
            start: account
            slots:
              account: {type: digits, length: 4}
            states:
              account:
                expect:
                  - phrases: ["[my account number is] {account}"]
                    cases:
                      - {when: {account: "1234"}, transfer: the account of someone special}
                      - {when: {account: "9999"}, say: "Goodbye.", hangup: true}
                    say: "Your number is {account}."
            fallback: {say: "Sorry, once more please."}
    """
  }
}
