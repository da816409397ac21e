import Audio
import Foundation
import Testing

extension EndToEnd {
  @Suite("telephones that others wrote", .serialized) struct Peers {
    @Test(
      "baresip hears its tone come back from the echo",
      arguments: [
        (SIPPeer.Transport.udp, "pcmu"), (.tcp, "pcma"),
      ])
    func baresipEcho(transport: SIPPeer.Transport, codec: String) async throws {
      try await Server.run { server in
        let phone = try await Baresip(saying: Sounds.tone(hertz: 440, seconds: 4), transport, codec: codec)
        phone.command(
          "dial", "sip:echo@127.0.0.1:\(server.sip[transport.rawValue] ?? 0);transport=\(transport.rawValue)")
        try await phone.event("CALL_ESTABLISHED")
        try await Task.sleep(for: .seconds(2))
        #expect(try await server.metric("assist_calls") == 1)
        phone.command("hangup")
        try await phone.event("CALL_CLOSED")
        let heard = try await phone.heard()
        #expect(Sounds.audibleSeconds(heard) > 1)
        #expect(Sounds.best(of: 440, in: heard) > 0.9)
        try await server.waitUntilIdle()
      }
    }

    @Test(
      "baresip hears the greeting, asks in flite's voice, and hears the answer",
      arguments: [
        SIPPeer.Transport.udp, .tcp,
      ])
    func baresipAssistant(transport: SIPPeer.Transport) async throws {
      try await Server.run { server in
        let question = try await Sounds.speech("what are your opening hours", scratch: server.scratch)
        let pause = [Int16](repeating: 0, count: 8000 * 3)
        let phone = try await Baresip(saying: pause + question + [Int16](repeating: 0, count: 8000 * 6), transport)
        phone.command(
          "dial", "sip:desk@127.0.0.1:\(server.sip[transport.rawValue] ?? 0);transport=\(transport.rawValue)")
        try await phone.event("CALL_ESTABLISHED")
        // It hangs up at the end of its file.
        try await phone.event("CALL_CLOSED", within: .seconds(20))
        let heard = try await phone.heard()
        #expect(Sounds.audibleSeconds(Array(heard.prefix(8000 * 3))) > 0.8, "no greeting")
        #expect(Sounds.audibleSeconds(Array(heard.dropFirst(8000 * 5))) > 2.5, "no answer")
        #expect(server.log.contains("turn.timing"))
        try await server.waitUntilIdle()
      }
    }

    @Test("baresip presses digits, and the dialogue takes them")
    func baresipDigits() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits())) { server in
        let phone = try await Baresip(saying: [Int16](repeating: 0, count: 8000 * 15))
        phone.command("dial", server.uri("desk"))
        try await phone.event("CALL_ESTABLISHED")
        try await Task.sleep(for: .seconds(3))
        for _ in 0..<4 {
          phone.command("sndcode", "9")
          try await Task.sleep(for: .milliseconds(250))
        }
        // 9999 makes the assistant hang up.
        try await phone.event("CALL_CLOSED", within: .seconds(9))
        try await server.waitUntilIdle()
      }
    }

    @Test("assist call rings baresip, which hears its digits and is heard", arguments: [SIPPeer.Transport.udp, .tcp])
    func callsBaresip(transport: SIPPeer.Transport) async throws {
      let phone = try await Baresip(saying: Sounds.tone(hertz: 800, seconds: 10), transport)
      let result = try await Program.run(
        "call", "sip:caller@127.0.0.1:\(phone.port)", "--transport", transport.rawValue, "--dtmf", "7*2", "--record",
        "heard.wav", "--seconds", "3", "--json", scratch: phone.scratch)
      #expect(result.status == 0, "\(result)")
      #expect(Sounds.best(of: 800, in: try phone.scratch.wav("heard.wav").samples) > 0.9)
      try await phone.event("CALL_CLOSED")
      for digit in ["7", "*", "2"] {
        #expect(phone.events.contains("\"param\":\"\(digit)\""), "no digit \(digit) in \(phone.events)")
      }
    }

    @Test("baresip is transferred by REFER and really dials the person")
    func baresipTransfer() async throws {
      let person = try await Baresip(saying: Sounds.tone(hertz: 800, seconds: 10))
      let target = "sip:caller@127.0.0.1:\(person.port)"
      try await Server.run(Server.Setup(assistants: Assistants.transferring(to: target))) { server in
        let request = try await Sounds.speech("i want to speak to a person", scratch: server.scratch)
        let pause = [Int16](repeating: 0, count: 8000 * 4)
        let phone = try await Baresip(saying: pause + request + [Int16](repeating: 0, count: 8000 * 12))
        phone.command("dial", server.uri("desk"))
        try await phone.event("CALL_ESTABLISHED")
        try await person.event("CALL_ESTABLISHED", within: .seconds(14))
        try await server.waitUntilIdle(within: .seconds(8))
        #expect(try await server.metric("assist_transfers_total{outcome=\"succeeded\"}") == 1)
      }
    }

    @Test("baresip that is killed in the middle of a call is hung up on")
    func baresipKilled() async throws {
      try await Server.run(Server.Setup(rtp: "media_timeout: 2s")) { server in
        let phone = try await Baresip(saying: Sounds.tone(hertz: 440, seconds: 20))
        phone.command("dial", server.uri("desk"))
        try await phone.event("CALL_ESTABLISHED")
        try await Task.sleep(for: .seconds(1))
        phone.process.end()
        try await eventually("the end of the call in the log", within: .seconds(6)) { server.log.contains("no media") }
        try await server.waitUntilIdle(within: .seconds(6))
      }
    }

    @Test("sipp calls, holds, resumes in another codec and hangs up", arguments: [SIPPeer.Transport.udp, .tcp])
    func sippCall(transport: SIPPeer.Transport) async throws {
      try await Server.run { server in
        try await Sipp.run("call", transport, to: "echo", of: server, calls: 10)
        try await Sipp.run("call", transport, to: "desk", of: server)
        try await server.waitUntilIdle()
      }
    }

    @Test("sipp cancels while it rings", arguments: [SIPPeer.Transport.udp, .tcp])
    func sippCancel(transport: SIPPeer.Transport) async throws {
      try await Server.run { server in
        // An answer may cross the CANCEL: then the next call is tried.
        var problem: (any Error)?
        for _ in 0..<5 {
          do {
            try await Sipp.run("cancel", transport, to: "desk", of: server)
            problem = nil
            break
          } catch { problem = error }
        }
        if let problem { throw problem }
      }
    }

    @Test("sipp as the trunk that carries a transfer out", arguments: [SIPPeer.Transport.udp, .tcp])
    func sippTransfer(transport: SIPPeer.Transport) async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits(target: "sip:anna@127.0.0.1:5999"))) { server in
        let info = try SourceTree.fixture("sipp/info.xml")
        let digits = (1...4).map { number in
          info.replacing("@DIGIT@", with: "\(number)").replacing("@SEQUENCE@", with: "\(number + 1)")
        }
        try await Sipp.run(
          "refer", transport, to: "desk", of: server, filling: ["@DIGITS@": digits.joined(separator: "\n")])
        try await server.waitUntilIdle()
        #expect(try await server.metric("assist_transfers_total{outcome=\"succeeded\"}") == 1)
      }
    }
  }
}
