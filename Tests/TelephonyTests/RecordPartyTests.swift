import Audio
import Foundation
import Logging
import Net
import RTPEngine
import SIPStack
import Testing

@testable import Telephony

@Suite("Recorder")
struct RecordPartyTests {
  @Test("a full recording stays as long as it is and asks for one hang-up, though the leg goes on")
  func full() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "assist-recorder-\(UUID().uuidString).wav").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    var configuration = MediaEngineConfiguration()
    configuration.workers = 1
    configuration.bindAddress = .loopback
    configuration.ports = 8720...8739
    let engine = try MediaEngine(configuration)
    defer { engine.stop() }
    let leg = try engine.openLeg()
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let party = RecordParty(leg: leg, path: file, maximum: .milliseconds(200), logger: logger)
    leg.start(LegSession(remote: SocketEndpoint(.loopback, port: 9)))
    let run = Task { await party.run() }

    var requests = party.requests.makeAsyncIterator()
    guard case .hangUp(cause: 16, _) = await requests.next() else {
      Issue.record("no hang-up was asked for")
      return
    }
    // The leg hears silence every 20 ms, packets or none.
    try await Task.sleep(for: .milliseconds(300))
    leg.close()
    await run.value
    party.ended(CallEnding(by: .local, text: "hung up"))
    #expect(await requests.next() == nil)
    let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
    // 200 ms of 16-bit samples at 8 kHz after a header of 44 bytes.
    #expect(size == 44 + 200 * 8 * 2)
  }
}
