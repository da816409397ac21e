import Foundation
import Testing
import TestSupport

extension EndToEnd {
  @Suite("without rights", .serialized) struct Rights {
    @Test("whoever is not root takes calls over TCP, and a recogniser's WebSocket opens")
    func unprivileged() async throws {
      let deepgram = try await StandInDeepgram.start()
      let setup = Server.Setup(
        assistants: """
            desk:
              language: en-US
              greeting: "\(Assistants.greeting)"
              stt: {provider: deepgram, api_key: dg-test, url: "\(deepgram.baseURL)"}
              llm: {provider: scripted}
          """)
      try await Server.run(setup) { server in
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        #expect(!status.contains("Uid:\t0\t"), "the server under test runs as root")
        let line = try await Line(server, .tcp)
        try await line.hearGreeting()
        line.media.send(.tone(hertz: 440))
        try await eventually("sound at the recogniser") { deepgram.record.audioBytes > 8000 }
        #expect(try await line.call.hangUp().status == 200)
      }
      await deepgram.stop()
    }

    @Test("started as root by need of a port, it becomes the user of `run_as`", .enabled(if: Account.isRoot))
    func dropped() async throws {
      var setup = Server.Setup(more: "run_as: nobody")
      setup.account = .own
      setup.sipPort = try Self.lowPort()
      try await Server.run(setup) { server in
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        let nobody = Account.nobody
        #expect(status.contains("Uid:\t\(nobody)\t\(nobody)\t\(nobody)\t"), "\(status)")
        #expect(status.contains("Groups:\t\(nobody) \n"), "\(status)")
        // CAP_NET_BIND_SERVICE, and nothing else.
        #expect(status.contains("CapEff:\t0000000000000400"), "\(status)")
        #expect(!server.log.contains("runs as root"))
        let line = try await Line(server, .tcp)
        try await line.hearGreeting()
        #expect(try await line.call.hangUp().status == 200)
      }
    }

    @Test("whoever is not root can't become somebody else, and is told so")
    func notRoot() async throws {
      let scratch = try Scratch()
      let text = Server.configuration(Server.Setup(more: "run_as: daemon"), ports: Server.nextPorts())
      let path = try scratch.write(text, to: "a.yaml")
      let process = try ChildProcess(
        Program.path(for: .unprivileged), ["serve", "--config", path], directory: scratch.path, as: .unprivileged,
        scratch: scratch)
      #expect(try await process.waitForExit() == 1)
      #expect(
        process.errors.contains(
          "assist: run_as: only root can become daemon; start as root, or as daemon, or leave the setting out"),
        "\(process.errors)")
    }

    /// A port below 1024 that nobody has.
    private static func lowPort() throws -> UInt16 {
      for port in (600...1000).shuffled() {
        if (try? DatagramSocket(port: UInt16(port))) != nil, (try? TakenPort(UInt16(port))) != nil {
          return UInt16(port)
        }
      }
      throw Trouble("no port below 1024 is free")
    }
  }
}
