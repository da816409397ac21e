import Audio
import Foundation
import Testing
import TestSupport

extension EndToEnd {
  @Suite("what is told when something is wrong", .serialized) struct WrongThings {
    /// Expects `serve` to end with 1 and one line that has all of `words`.
    private func refuses(_ configuration: String, saying words: [String]) async throws {
      let scratch = try Scratch()
      let file = try scratch.write(configuration, to: "assist.yaml")
      let result = try await Program.run("serve", "--config", file, scratch: scratch)
      #expect(result.status == 1)
      #expect(!result.output.contains("ready"))
      let lines = result.errors.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("assist: ") }
      #expect(lines.count == 1, "\(result.errors)")
      for word in words { #expect(lines.first?.contains(word) == true, "no '\(word)' in: \(result.errors)") }
    }

    @Test("a mistake in the configuration: file, line, key and what was meant")
    func mistake() async throws {
      let text = Server.configuration(Server.Setup(), ports: Server.nextPorts())
      try await refuses(
        text.replacing("anonymous:", with: "anonymus:"), saying: ["assist.yaml:3", "sip.anonymus", "anonymous"])
      try await refuses("sip: [", saying: ["assist.yaml:", "YAML"])
      try await refuses("", saying: ["assist.yaml", "empty"])
    }

    @Test("a configuration that is not there")
    func missingFile() async throws {
      let scratch = try Scratch()
      let result = try await Program.run("serve", "--config", "none.yaml", scratch: scratch)
      #expect(result.status == 1)
      #expect(result.errors.contains("none.yaml"))
      #expect(result.errors.split(whereSeparator: \.isNewline).count == 1, "\(result.errors)")
    }

    @Test("a secret that the environment does not have")
    func missingSecret() async throws {
      let setup = Server.Setup(assistants: Assistants.openAI(url: "http://127.0.0.1:9/v1", key: "${NO_SUCH_SECRET}"))
      try await refuses(
        Server.configuration(setup, ports: Server.nextPorts()), saying: ["NO_SUCH_SECRET", "api_key", "assist.yaml:"])
    }

    @Test("a model that is not there")
    func missingModel() async throws {
      let setup = Server.Setup(
        assistants: Assistants.builtIn + "\n    stt: {provider: pocketsphinx, model_directory: /no/such/model}")
      try await refuses(Server.configuration(setup, ports: Server.nextPorts()), saying: ["/no/such/model"])
    }

    @Test("a SIP port that is taken, by UDP or TCP")
    func takenSIPPort() async throws {
      let udp = try DatagramSocket()
      try await refuses(
        Server.configuration(Server.Setup(sipPort: udp.port), ports: Server.nextPorts()),
        saying: ["udp://127.0.0.1:\(udp.port)", "in use", "listen"])
      let tcp = try TakenPort()
      try await refuses(
        Server.configuration(Server.Setup(sipPort: tcp.port), ports: Server.nextPorts()),
        saying: ["tcp://127.0.0.1:\(tcp.port)", "in use", "listen"])
    }

    @Test("an HTTP port that is taken")
    func takenHTTPPort() async throws {
      let taken = try TakenPort()
      try await refuses(
        Server.configuration(Server.Setup(), ports: Server.nextPorts(), http: "127.0.0.1:\(taken.port)"),
        saying: ["\(taken.port)", "http.listen"])
    }

    @Test("media ports that are all taken: the call gets 503 and the log says why")
    func takenMediaPorts() async throws {
      try await Server.run { server in
        let taken = server.mediaPorts.compactMap { try? DatagramSocket(port: UInt16($0)) }
        #expect(taken.count > 90)
        let peer = try SIPPeer(of: server)
        let call = SIPDialog(peer, to: server.uri("echo"))
        let invite = call.request("INVITE", body: call.sdp(port: 9))
        peer.send(invite)
        let refusal = try await peer.response(to: invite)
        #expect(refusal.status == 503)
        peer.send(try call.ofInvite("ACK", to: refusal))
        #expect(server.log.contains("no media port is free"), "\(server.log)")
      }
    }

    @Test("a media port that is taken is passed over")
    func takenMediaPort() async throws {
      try await Server.run { server in
        // All but the last few.
        let taken = server.mediaPorts.dropLast(8).compactMap { try? DatagramSocket(port: UInt16($0)) }
        let media = try RTPPeer()
        let call = SIPDialog(try SIPPeer(of: server), to: server.uri("echo"))
        try await call.establish(media)
        media.send(.tone(hertz: 440))
        try await eventually("the echo") { media.count > 20 }
        #expect(try await call.hangUp().status == 200)
        withExtendedLifetime(taken) {}
      }
    }

    @Test("a provider that refuses the key: the caller hears an apology, the log names the key")
    func unauthorised() async throws {
      let provider = try await StandInOpenAI.start()
      // The voice works, the mind does not.
      let setup = Server.Setup(assistants: Self.openAIMind(provider.baseURL, key: "sk-wrong"))
      try await apologises(setup) { line, server in
        try await eventually("a line on the refused key", within: .seconds(5)) {
          server.log.contains("api_key") && server.log.contains("refused")
        }
        let failures = try await server.metric("assist_provider_failures_total")
        #expect(failures >= 1)
      }
      await provider.stop()
    }

    @Test("a provider that never answers: the caller hears an apology within a few seconds")
    func silentProvider() async throws {
      let provider = try await StandInOpenAI.start()
      for _ in 0..<20 { provider.inject(.neverAnswers) }
      try await apologises(Server.Setup(assistants: Self.openAIMind(provider.baseURL, key: "sk-test"))) { _, server in
        let failures = try await server.metric("assist_provider_failures_total")
        #expect(failures >= 1)
      }
      await provider.stop()
    }

    @Test("a provider that is not there: the caller hears an apology within a few seconds")
    func absentProvider() async throws {
      let free = try TakenPort().port
      let setup = Server.Setup(assistants: Self.openAIMind("http://127.0.0.1:\(free)/v1", key: "sk-test"))
      try await apologises(setup) { _, server in
        let failures = try await server.metric("assist_provider_failures_total")
        #expect(failures >= 1)
      }
    }

    @Test("ears that are not there: the caller hears an apology instead of an answer")
    func absentEars() async throws {
      let free = try TakenPort().port
      let setup = Server.Setup(
        assistants: Assistants.builtIn
          + "\n    stt: {provider: openai, model: whisper-1, url: \"http://127.0.0.1:\(free)/v1\", timeout: 1s}")
      try await apologises(setup) { _, server in
        let failures = try await server.metric("assist_provider_failures_total")
        #expect(failures >= 1)
      }
    }

    @Test("all three providers dead, the voice too: the caller hears at least a tone, and the log says why")
    func allDead() async throws {
      let free = try TakenPort().port
      let setup = Server.Setup(assistants: Assistants.openAI(url: "http://127.0.0.1:\(free)/v1"))
      try await Server.run(setup) { server in
        let line = try await Line(server)
        _ = try await line.media.audible(within: .seconds(6))
        try await eventually("the voice's failure in the log", within: .seconds(6)) {
          server.log.contains("openai") && server.log.contains("role=tts")
        }
        let failures = try await server.metric("assist_provider_failures_total")
        #expect(failures >= 1)
        _ = try await line.call.hangUp()
        try await server.waitUntilIdle()
      }
    }

    @Test("providers over HTTP carry a whole turn")
    func healthyProvider() async throws {
      let provider = try await StandInOpenAI.start()
      try await Server.run(Server.Setup(assistants: Assistants.openAI(url: provider.baseURL))) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        let mark = line.media.count
        line.media.say(try await Sounds.speech("what are your opening hours", scratch: server.scratch))
        _ = try await line.media.saidAll()
        _ = try await line.media.audible(skipping: mark)
        try await Task.sleep(for: .milliseconds(600))
        #expect(Sounds.best(of: 440, in: line.media.sound(skipping: mark)) > 0.5, "not the stand-in's voice")
        #expect(!provider.uploads.isEmpty)
        #expect(try await line.call.hangUp().status == 200)
      }
      await provider.stop()
    }

    /// An assistant whose mind is at `url`; ears and voice are the embedded ones.
    static func openAIMind(_ url: String, key: String) -> String {
      """
        desk:
          language: en-US
          greeting: "Hello."
          llm: {provider: openai, model: gpt, api_key: "\(key)", url: "\(url)", timeout: 1s}
      """
    }

    private func apologises(_ setup: Server.Setup, _ more: (Line, Server) async throws -> Void) async throws {
      try await Server.run(setup) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.say(try await Sounds.speech("what are your opening hours", scratch: server.scratch))
        _ = try await line.media.saidAll()
        let mark = line.media.count
        _ = try await line.media.audible(skipping: mark, within: .seconds(8))
        try await Task.sleep(for: .seconds(2))
        #expect(Sounds.audibleSeconds(line.media.sound(skipping: mark)) > 0.5, "no apology")
        try await more(line, server)
        _ = try await line.call.hangUp()
        try await server.waitUntilIdle()
      }
    }
  }
}
