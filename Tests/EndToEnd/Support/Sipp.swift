import Foundation

/// sipp, with a scenario of `Fixtures/sipp`.
enum Sipp {
  /// Calls `user` of the server as the scenario says, and throws unless all went so.
  static func run(
    _ scenario: String, _ transport: SIPPeer.Transport, to user: String, of server: Server, calls: Int = 1,
    filling: [String: String] = [:]
  ) async throws {
    var text = try SourceTree.fixture("sipp/\(scenario).xml")
    for (name, value) in filling { text.replace(name, with: value) }
    let file = try server.scratch.write(text, to: "\(scenario).xml")
    let port = try DatagramSocket().port
    let media = try DatagramSocket().port & 0xFFFE
    let result = try await ChildProcess.run(
      "sipp",
      [
        "-sf", file, "-s", user, "-i", "127.0.0.1", "-p", "\(port)", "-mp", "\(media)", "-m", "\(calls)", "-r", "10",
        "-t", transport == .udp ? "u1" : "t1", "-timeout", "30", "-timeout_error", "-trace_err", "-error_file",
        server.scratch.file("sipp-errors"), "-nostdin", "127.0.0.1:\(server.sip[transport.rawValue] ?? 0)",
      ], directory: server.scratch.path, within: .seconds(35), scratch: server.scratch)
    guard result.status == 0 else {
      let errors = try? String(contentsOfFile: server.scratch.file("sipp-errors"), encoding: .utf8)
      throw Trouble("sipp \(scenario) ended with \(result.status)\n\(errors ?? result.errors)")
    }
  }
}
