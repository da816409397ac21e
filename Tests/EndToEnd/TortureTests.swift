import Foundation
import Testing

extension EndToEnd {
  @Suite("torture messages", .serialized) struct Torture {
    @Test(
      "nothing kills the server, and the answers are those wanted", arguments: ["rfc4475", "rfc5118"], ["udp", "tcp"])
    func messages(folder: String, transport: String) async throws {
      let tools = URL(fileURLWithPath: SourceTree.root).deletingLastPathComponent().path + "/shared/tools/torture"
      guard FileManager.default.fileExists(atPath: "\(tools)/torture.py") else {
        print("left out: the torture messages, which are not at \(tools)")
        return
      }
      // Over TCP too, the tool asks over UDP whether the server is alive: the ports must be the same.
      let setup = Server.Setup(
        arguments: ["--drain-seconds", "0", "--log-level", "error"], sipPort: try Self.freePort())
      try await Server.run(setup) { server in
        let result = try await ChildProcess.run(
          "python3", ["\(tools)/torture.py", "127.0.0.1", "\(server.udp)", "\(tools)/\(folder)", transport],
          within: .seconds(90), scratch: server.scratch)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("dead: 0"), "\(result.output)")
        let lines = result.output.split(whereSeparator: \.isNewline).filter { $0.contains(" want ") }
        #expect(lines.count > 5)
        for line in lines where transport == "udp" {
          let words = line.split(separator: " ")
          guard words.count > 4, let got = line.firstRange(of: " got ") else { continue }
          let status = line[got.upperBound...].split(separator: " ").dropFirst().first.flatMap { Int($0) }
          #expect(Self.isWanted(status, by: words[2]), "\(line)")
        }
      }
    }

    /// Whether an answer is one of those that the table names: `400`, `2xx`, `!400`, `none`, `a|b`.
    private static func isWanted(_ status: Int?, by wanted: Substring) -> Bool {
      wanted.split(separator: "|").contains { want in
        if ["?", "any", "!crash"].contains(want) { return true }
        guard let status else { return want == "none" || want.hasPrefix("!") }
        if want.hasPrefix("!") { return want.dropFirst() != "\(status)" }
        return want == "\(status)" || (want.hasSuffix("xx") && want.first == "\(status)".first)
      }
    }

    /// A port that is free for both transports, and not the one that the tool binds.
    private static func freePort() throws -> UInt16 {
      for _ in 0..<100 {
        let port = try TakenPort().port
        if port != 5060, (try? DatagramSocket(port: port)) != nil { return port }
      }
      throw Trouble("no free port")
    }
  }
}
