import Audio
import Coordination
import Foundation
import Testing

/// `assist serve` with a configuration of the test's own, on ports that the kernel chose.
final class Server {
  let process: ChildProcess
  let scratch: Scratch
  /// Its SIP port by transport.
  let sip: [String: UInt16]
  let http: UInt16
  let mediaPorts: ClosedRange<Int>
  let configurationPath: String

  /// What the configuration says beyond addresses.
  struct Setup {
    /// Further keys of `rtp`.
    var rtp = ""
    var assistants = Assistants.builtIn
    /// Routes before those to the echo and the assistant `desk`.
    var routes: [String] = []
    var environment: [String: String] = [:]
    var arguments: [String] = []
    /// The port of SIP, of UDP and TCP both; 0 for one each that the kernel chooses.
    var sipPort: UInt16 = 0
    /// 0 for one that the kernel chooses.
    var httpPort: UInt16 = 0
    /// Further keys of `sip`, a line each.
    var sip: [String] = []
    /// Whether strangers may call.
    var anonymous = true
    /// Further keys of `http`.
    var http = ""
    /// Further sections.
    var more = ""
    /// The folder that it works in; nil for one of its own.
    var scratch: Scratch?
    /// Who it runs as.
    var account = Account.unprivileged
  }

  private static let rangesUsed = Locked(0)

  /// A hundred media ports that no other server of this run, and nobody else, uses.
  static func nextPorts() -> ClosedRange<Int> {
    var range = 11_000...11_099
    for _ in 0..<200 {
      let first =
        11_000
        + rangesUsed.withLock { count in
          count += 1
          return count % 200 * 100
        }
      range = first...(first + 99)
      let isFree = range.allSatisfy { (try? DatagramSocket(port: UInt16($0))) != nil }
      if isFree, range.prefix(3).allSatisfy({ (try? TakenPort(UInt16($0))) != nil }) { break }
    }
    return range
  }

  static func configuration(
    _ setup: Setup, ports: ClosedRange<Int>, http: String? = nil
  ) -> String {
    """
    sip:
      listen: ["udp://127.0.0.1:\(setup.sipPort)", "tcp://127.0.0.1:\(setup.sipPort)"]
    \((["anonymous: \(setup.anonymous)"] + setup.sip).map { "  " + $0 }.joined(separator: "\n"))
    http: {listen: "\(http ?? "127.0.0.1:\(setup.httpPort)")"\(setup.http.isEmpty ? "" : ", " + setup.http)}
    rtp: {ports: \(ports.lowerBound)-\(ports.upperBound), threads: 1\(setup.rtp.isEmpty ? "" : ", " + setup.rtp)}
    routes:
    \((setup.routes + ["{to: echo, application: echo}", "{to: \"*\", assistant: desk}"]).map { "  - \($0)" }
      .joined(separator: "\n"))
    assistants:
    \(setup.assistants)
    \(setup.more)

    """
  }

  init(_ setup: Setup = Setup(), within limit: Duration = .seconds(15)) async throws {
    scratch = try setup.scratch ?? Scratch()
    mediaPorts = Self.nextPorts()
    configurationPath = try scratch.write(Self.configuration(setup, ports: mediaPorts), to: "assist.yaml")
    let process = try ChildProcess(
      Program.path(for: setup.account), ["serve", "--config", configurationPath] + setup.arguments,
      environment: setup.environment, directory: scratch.path, as: setup.account, scratch: scratch)
    self.process = process
    let line: Substring = try await eventually("the line `ready`", within: limit) {
      if let status = process.exitStatus() { throw Trouble("serve ended with \(status): \(process.errors)") }
      return process.output.split(separator: "\n").first { $0.hasPrefix("ready ") }
    }
    (sip, http) = try Self.addresses(in: line)
  }

  /// Reads `ready sip=udp:127.0.0.1:5060,tcp:127.0.0.1:5060 http=127.0.0.1:8080`.
  private static func addresses(in line: Substring) throws -> ([String: UInt16], UInt16) {
    var sip: [String: UInt16] = [:]
    var http: UInt16?
    for word in line.split(separator: " ").dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      if parts[0] == "http" { http = parts[1].split(separator: ":").last.flatMap { UInt16($0) } }
      for address in parts[1].split(separator: ",") where parts[0] == "sip" {
        let fields = address.split(separator: ":")
        if fields.count == 3, let port = UInt16(fields[2]) { sip[String(fields[0])] = port }
      }
    }
    guard let http, sip["udp"] != nil, sip["tcp"] != nil else { throw Trouble("no addresses in '\(line)'") }
    return (sip, http)
  }

  /// Its UDP port.
  var udp: UInt16 { sip["udp"] ?? 0 }
  var tcp: UInt16 { sip["tcp"] ?? 0 }

  /// A SIP URI of a user of it.
  func uri(_ user: String) -> String { "sip:\(user)@127.0.0.1:\(udp)" }

  /// What it logged.
  var log: String { process.errors }

  /// The status and the text of a page of it.
  func page(_ path: String) async throws -> (status: Int, text: String) {
    let answer = try await request("GET", path)
    return (answer.status, answer.text)
  }

  /// A number of its metrics page, by the name with labels.
  func metric(_ name: String) async throws -> Double {
    let (_, text) = try await page("/metrics")
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(name + " ") {
      if let value = Double(line.dropFirst(name.count + 1)) { return value }
    }
    throw Trouble("there is no metric \(name)")
  }

  /// Waits until it has no calls.
  func waitUntilIdle(within limit: Duration = .seconds(5)) async throws {
    try await eventually("no calls left", within: limit) { try await metric("assist_calls") == 0 }
  }

  /// Ends it as an operator would, and expects that it had not ended before and does so properly.
  func stop() async throws {
    #expect(process.exitStatus() == nil, "serve has ended before: \(log.suffix(2000))")
    process.signal(SIGTERM)
    process.signal(SIGTERM)
    let status = try await process.waitForExit(within: .seconds(15))
    #expect(status == 0, "\(log.suffix(2000))")
  }

  /// Runs `body` with a server, which must still be well at the end.
  static func run(_ setup: Setup = Setup(), _ body: (Server) async throws -> Void) async throws {
    var setup = setup
    if setup.arguments.isEmpty { setup.arguments = ["--drain-seconds", "0"] }
    let server = try await Server(setup)
    do {
      try await body(server)
    } catch {
      throw Trouble("\(error)\n--- log of the server:\n\(server.log.suffix(6000))")
    }
    try await server.stop()
  }
}

/// The `assistants` sections that tests use. The one that calls go to is `desk`.
enum Assistants {
  static let greeting = "Hello. How can I help you?"

  static let builtIn = """
      desk:
        language: en-US
        greeting: "\(greeting)"
        llm: {provider: scripted}
    """

  /// One that transfers to `target`.
  static func transferring(to target: String) -> String {
    builtIn + "\n    escalation: {target: \"\(target)\", ringing: 8s}"
  }

  /// One whose three providers are at `url`.
  static func openAI(url: String, key: String = "sk-test", greeting: String = greeting) -> String {
    let service = "api_key: \"\(key)\", url: \"\(url)\", timeout: 1s"
    return """
        desk:
          language: en-US
          greeting: "\(greeting)"
          stt: {provider: openai, model: whisper-1, \(service)}
          llm: {provider: openai, model: gpt, \(service)}
          tts: {provider: openai, model: tts, voice: alloy, \(service)}
      """
  }
}
