import Audio
import Foundation

/// baresip, the independent telephone: says a WAV file, records what it hears, and is told by its control port what to do.
final class Baresip {
  let process: ChildProcess
  let scratch: Scratch
  let port: UInt16
  private let control: StreamSocket
  /// What it has reported so far, as JSON in netstrings.
  private(set) var events = ""

  /// Starts one that says `samples` (8 kHz), over that transport and codec.
  init(saying samples: [Int16], _ transport: SIPPeer.Transport = .udp, codec: String = "pcmu") async throws {
    let scratch = try Scratch()
    self.scratch = scratch
    let modules = ["/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules"]
      .first { FileManager.default.fileExists(atPath: "\($0)/sndfile.so") }
    guard let modules else { throw Trouble("baresip's modules are missing: run scripts/setup") }
    let media = Server.nextPorts()
    // Three of its own: it listens on `sip` and, for TLS, on the one above. The kernel gives none of these to others.
    let ports = Server.nextPorts()
    let (sip, controlPort) = (UInt16(ports.lowerBound), UInt16(ports.lowerBound + 2))
    port = sip
    let values = [
      "@SIP@": "\(sip)", "@CONTROL@": "\(controlPort)", "@WAV@": scratch.file("say.wav"), "@FOLDER@": scratch.path,
      "@RTP_FIRST@": "\(media.lowerBound)", "@RTP_LAST@": "\(media.upperBound)", "@MODULES@": modules,
      "@TRANSPORT@": transport.rawValue, "@CODEC@": codec,
    ]
    for name in ["config", "accounts"] {
      var text = try SourceTree.fixture("baresip/\(name)")
      for (key, value) in values { text.replace(key, with: value) }
      _ = try scratch.write(text, to: name)
    }
    try WAVWriter.write(samples, sampleRate: 8000, to: scratch.file("say.wav"))
    let process = try ChildProcess("baresip", ["-f", scratch.path, "-s"], directory: scratch.path, scratch: scratch)
    self.process = process
    control = try await eventually("baresip's control port", within: .seconds(10)) {
      if process.exitStatus() != nil { throw Trouble("baresip ended: \(process.output) \(process.errors)") }
      return try? StreamSocket(to: controlPort)
    }
  }

  /// Gives a command of its menu, e.g. `dial`.
  func command(_ name: String, _ parameters: String = "") {
    let text = #"{"command":"\#(name)","params":"\#(parameters)"}"#
    control.send(Array("\(text.utf8.count):\(text),".utf8))
  }

  /// Waits for an event, e.g. `CALL_ESTABLISHED`.
  func event(_ name: String, within limit: Duration = .seconds(10)) async throws {
    do {
      try await eventually("\(name) of baresip", within: limit) {
        control.fill()
        events += String(decoding: control.received, as: UTF8.self)
        control.received = []
        return events.contains("\"\(name)\"")
      }
    } catch {
      throw Trouble("\(error)\n\(events.suffix(1500))\n\(process.output.suffix(4000))\n\(process.errors.suffix(1000))")
    }
  }

  /// Ends it, so that its recordings are complete, and returns what it heard.
  func heard() async throws -> [Int16] {
    command("quit")
    if (try? await process.waitForExit(within: .seconds(4))) == nil { process.signal(SIGTERM) }
    _ = try? await process.waitForExit(within: .seconds(3))
    process.end()
    guard let name = scratch.names.first(where: { $0.hasPrefix("dump-") && $0.hasSuffix("-dec.wav") }) else {
      throw Trouble("baresip recorded nothing: \(process.output.suffix(3000))")
    }
    return try scratch.wav(name).samples
  }
}
