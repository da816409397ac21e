import Audio
import Foundation
import Logging
import Net
import RTPEngine
import SIPStack
import Testing
import TestSupport
import VoicePipeline

@testable import Assist
@testable import ControlAPI
@testable import Coordination
@testable import Reporting
@testable import Settings
@testable import SIPTransport
@testable import Telephony

@Suite("The server and its parties", .serialized)
struct ServerTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func engine() throws -> MediaEngine {
    var configuration = MediaEngineConfiguration()
    configuration.workers = 1
    configuration.bindAddress = .loopback
    return try MediaEngine(configuration)
  }

  @Test("a drain with a live call ends at once when it is told to", .timeLimit(.minutes(1)))
  func endDrain() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let configuration = Configuration(
      sip: SIPConfiguration(
        listen: [SIPListenAddress(transport: .udp, endpoint: SocketEndpoint(.loopback, port: 0))], anonymous: true),
      routes: RouteTable(routes: [Route(to: Glob("*"), destination: .application(.echo, file: nil))]),
      store: StoreConfiguration(path: folder.path + "/assist.db"))
    let server = try await Server.start(configuration, figures: ServerFigures(), logger: Self.logger)
    let caller = try await Caller.start(on: "127.0.0.1", logger: Self.logger)
    let leg = try caller.openLeg()
    let party = CallerParty(leg: leg, script: CallerParty.Script(duration: .seconds(600)))
    let target = try #require(URI("sip:echo@\(server.sipAddresses.dropFirst(4))")?.sip)
    let (answered, sink) = AsyncStream.makeStream(of: Void.self)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.addTask {
        try? await caller.call(target, leg: leg, codecs: [.pcma], party: party) { event in
          if case .answered = event { sink.finish() }
        }
        sink.finish()
      }
      for await _ in answered {}
      #expect(server.switchboard.live.count == 1)
      // Without an end of its own the drain would outlast the test's time limit.
      async let drained: Void = server.drain(for: .seconds(600))
      server.endDrain()
      await drained
      await server.stop()
      await caller.stop()
    }
    #expect(party.report.ending != nil)
  }

  @Test("a transfer that worked leaves the hang-up to the conversation, which keeps to escalation.closing")
  func transferred() async throws {
    let engine = try Self.engine()
    defer { engine.stop() }
    let leg = try engine.openLeg()
    defer { leg.close() }
    let carrier = LegCarrier(leg: leg)
    carrier.deliver(.transferFinished(.succeeded))
    carrier.transfer(to: "nowhere")
    carrier.hangUp()
    carrier.end(reason: "over")
    var requests: [String] = []
    for await request in carrier.requests { requests.append("\(request)") }
    #expect(requests.count == 1)
    #expect(requests.first?.contains("hung up") == true)
    var outcomes: [TransferOutcome] = []
    for await event in carrier.connection {
      if case .transferFinished(let outcome) = event { outcomes.append(outcome) }
    }
    #expect(outcomes == [.succeeded, .failed(status: 416, reason: "the target is no URI")])
  }

  @Test("a recording over 64 MiB is not played")
  func longRecording() async throws {
    let engine = try Self.engine()
    defer { engine.stop() }
    let leg = try engine.openLeg()
    defer { leg.close() }
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).wav").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WAVWriter.write([Int16](repeating: 1, count: 800), sampleRate: 8000, to: path)
    _ = try await PlayParty.playing(path, on: leg)
    // Sparse: a size without the bytes.
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: (64 << 20) + 1)
    try file.close()
    await #expect(throws: WAVError.self) { _ = try await PlayParty.playing(path, on: leg) }
  }
}
