import Audio
import Foundation
import Testing

extension EndToEnd {
  @Suite("start, reload and end", .serialized) struct Lifecycle {
    @Test("SIGTERM: new calls get 503, the live one may end, then exit 0")
    func drain() async throws {
      let server = try await Server(Server.Setup(arguments: ["--drain-seconds", "15"]))
      let peer = try SIPPeer(of: server)
      let media = try RTPPeer()
      let call = SIPDialog(peer, to: server.uri("echo"))
      try await call.establish(media)
      media.send(.tone(hertz: 440))
      #expect(try await server.page("/readyz").status == 200)
      server.process.signal(SIGTERM)
      try await eventually("readyz says so") { try await server.page("/readyz").status == 503 }
      #expect(try await server.page("/healthz").status == 200)
      let late = SIPDialog(peer, to: server.uri("echo"))
      let invite = late.request("INVITE", body: late.sdp(port: 9))
      peer.send(invite)
      let refusal = try await peer.response(to: invite)
      #expect(refusal.status == 503)
      peer.send(try late.ofInvite("ACK", to: refusal))
      let count = media.count
      try await Task.sleep(for: .seconds(1))
      #expect(media.count - count > 30, "the live call is silent")
      #expect(server.process.exitStatus() == nil)
      #expect(try await call.hangUp().status == 200)
      #expect(try await server.process.waitForExit(within: .seconds(5)) == 0)
      #expect(!server.log.contains(" error "), "\(server.log)")
    }

    @Test("SIGTERM without time for live calls hangs up on them")
    func drainOver() async throws {
      let server = try await Server(Server.Setup(arguments: ["--drain-seconds", "1"]))
      let line = try await Line(server)
      server.process.signal(SIGTERM)
      let bye = try await line.peer.request("BYE", within: .seconds(5))
      line.peer.respond(200, "OK", to: bye)
      #expect(try await server.process.waitForExit(within: .seconds(6)) == 0)
    }

    @Test("SIGINT ends it too")
    func interrupt() async throws {
      let server = try await Server()
      server.process.signal(SIGINT)
      #expect(try await server.process.waitForExit(within: .seconds(5)) == 0)
    }

    @Test("SIGHUP takes a new configuration for calls to come, and keeps the old one if the new is wrong")
    func reload() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let live = SIPDialog(peer, to: server.uri("echo"))
        try await live.establish(media)
        media.send(.tone(hertz: 440))
        let fresh = Server.configuration(
          Server.Setup(routes: ["{to: mirror, application: echo}", "{to: \"desk*\", assistant: desk}"]),
          ports: server.mediaPorts
        ).replacing("  - {to: \"*\", assistant: desk}\n", with: "")
        try fresh.write(toFile: server.configurationPath, atomically: true, encoding: .utf8)
        server.process.signal(SIGHUP)
        try await eventually("word of the new configuration") { server.log.contains("configuration reread") }
        let other = SIPDialog(peer, to: server.uri("nobody"))
        let invite = other.request("INVITE", body: other.sdp(port: 9))
        peer.send(invite)
        let refusal = try await peer.response(to: invite)
        #expect(refusal.status == 404)
        peer.send(try other.ofInvite("ACK", to: refusal))
        try "sip: {lisen: []}\n".write(toFile: server.configurationPath, atomically: true, encoding: .utf8)
        server.process.signal(SIGHUP)
        try await eventually("word of the mistake") { server.log.contains("sip.lisen") }
        let mirrored = SIPDialog(peer, to: server.uri("mirror"))
        try await mirrored.establish(try RTPPeer())
        #expect(try await mirrored.hangUp().status == 200)
        let count = media.count
        try await eventually("RTP of the live call") { media.count > count + 10 }
        #expect(try await live.hangUp().status == 200)
      }
    }

    @Test("calls from strangers are refused unless the configuration takes them")
    func strangers() async throws {
      let scratch = try Scratch()
      let text = Server.configuration(Server.Setup(), ports: Server.nextPorts())
        .replacing("anonymous: true", with: "users: [{username: alice, password: wonderland}]")
      _ = try scratch.write(text, to: "closed.yaml")
      let process = try ChildProcess(
        Program.path(), ["serve", "--config", scratch.file("closed.yaml")], scratch: scratch)
      let port: Substring = try await eventually("ready") {
        process.output.split(separator: "udp:127.0.0.1:").dropFirst().first?.prefix { $0.isNumber }
      }
      let uri = "sip:echo@127.0.0.1:\(port)"
      let refused = try await Program.run("call", uri, "--seconds", "1", "--json", scratch: scratch)
      #expect(refused.status == 1)
      #expect(refused.output.contains("401") || refused.output.contains("403"), "\(refused)")
      let wrong = try await Program.run(
        "call", uri, "--seconds", "1", "--user", "alice", "--password", "rabbit", "--json", scratch: scratch)
      #expect(wrong.status == 1)
      let right = try await Program.run(
        "call", uri, "--seconds", "1", "--user", "alice", "--password", "wonderland", "--json", scratch: scratch)
      #expect(right.status == 0, "\(right)")
      process.signal(SIGTERM)
      #expect(try await process.waitForExit() == 0)
    }

    @Test("it leaves no programs behind, even when it is killed")
    func noOrphans() async throws {
      let server = try await Server()
      let line = try await Line(server)
      try await line.hearGreeting()
      let children = try Self.children(of: server.process.pid)
      #expect(!children.isEmpty, "the voice should be kept warm")
      server.process.end()
      try await eventually("the end of what it started: \(children)", within: .seconds(5)) {
        !children.contains { Self.isRunning($0) }
      }
    }

    /// Whether there is such a process, other than as a zombie that nobody has collected.
    private static func isRunning(_ pid: pid_t) -> Bool {
      guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
      return !text.contains(") Z ")
    }

    private static func children(of pid: pid_t) throws -> [pid_t] {
      let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
      return threads.flatMap { thread -> [pid_t] in
        let path = "/proc/\(pid)/task/\(thread)/children"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: " ").compactMap { pid_t($0) }
      }
    }
  }
}
