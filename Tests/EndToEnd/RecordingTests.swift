import Audio
import Foundation
import Testing

extension EndToEnd {
  @Suite("recorded calls", .serialized) struct CallRecordings {
    private static let setup = Server.Setup(more: "recording: {calls: true, folder: kept}")

    /// The recording of the one call there was.
    private static func file(_ server: Server) throws -> String {
      let folder = server.scratch.file("kept")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".wav") }
      guard names.count == 1, let name = names.first, name.hasPrefix("call_") else {
        throw Trouble("the recordings are \(names)")
      }
      return folder + "/" + name
    }

    @Test(
      "a call is kept as it was heard: the caller left, the assistant right; a call that nobody answers leaves nothing")
    func bothSides() async throws {
      try await Server.run(Self.setup) { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        line.media.say(try await Sounds.speech("what are your opening hours", scratch: server.scratch))
        _ = try await line.media.saidAll()
        try await Task.sleep(for: .seconds(2))
        #expect(try await line.call.hangUp().status == 200)
        try await server.waitUntilIdle()
        let path = try Self.file(server)
        let outline = try Waveform(path: path, count: 100)
        #expect(outline.channels.count == 2)
        #expect(outline.seconds > 4)
        let (caller, ours) = (outline.channels[0], outline.channels[1])
        // The greeting comes first and is ours; then the caller speaks.
        let greeting = try #require(ours.firstIndex { $0 > 0.02 })
        let question = try #require(caller.firstIndex { $0 > 0.02 })
        #expect(greeting < question)
        #expect(caller[greeting..<question].allSatisfy { $0 <= 0.02 })
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
      }
    }

    @Test("killed amid a call, what was recorded up to then can be heard")
    func killed() async throws {
      var setup = Self.setup
      setup.arguments = ["--drain-seconds", "0"]
      let server = try await Server(setup)
      let line = try await Line(server)
      try await line.hearGreeting()
      try await Task.sleep(for: .seconds(2))
      server.process.signal(SIGKILL)
      _ = try await server.process.waitForExit(within: .seconds(10))
      let outline = try Waveform(path: try Self.file(server))
      #expect(outline.seconds > 1)
      #expect(outline.channels[1].contains { $0 > 0.02 })
    }

    @Test("without being told to, nothing is recorded")
    func silent() async throws {
      try await Server.run { server in
        let line = try await Line(server)
        try await line.hearGreeting()
        #expect(try await line.call.hangUp().status == 200)
        try await server.waitUntilIdle()
        #expect(!server.scratch.names.contains { $0.contains("record") || $0.hasSuffix(".wav") })
      }
    }
  }
}
