import Logging
import Net
import NIOCore
import SIPStack
import Testing

@testable import SIPTransport

@Suite("Calls that never reach the application", .timeLimit(.minutes(1))) struct RefusalTests {
  @Test("a call that finds too many waiting gets 503 with Retry-After; those that wait are taken later")
  func tooManyWait() async throws {
    let endpoint = try await start([.tcp]) { $0.maximumWaitingCalls = 2 }
    let session = "\(try offer())"
    try await connect(to: endpoint).executeThenClose { inbound, outbound in
      var answers = inbound.makeAsyncIterator()
      var heard = ""
      for number in 1...3 {
        try await outbound.write(
          ByteBuffer(string: request("INVITE", number, fields: "Content-Type: application/sdp\r\n", body: session)))
      }
      while !heard.contains("SIP/2.0 503") || !heard.hasSuffix("\r\n\r\n") {
        heard += String(buffer: try #require(try await answers.next()))
      }
      let refusal = try #require(heard.split(separator: "SIP/2.0 ").last { $0.hasPrefix("503") })
      #expect(refusal.contains("Call-ID: INVITE-3\r\n"))
      #expect(refusal.contains("Retry-After: 10\r\n"))
      var waiting = endpoint.incomingCalls.makeAsyncIterator()
      #expect(await waiting.next()?.callID == "INVITE-1")
      #expect(await waiting.next()?.callID == "INVITE-2")
      #expect(await endpoint.counters().callsOverLimit == 1)
    }
    await endpoint.shutdown()
  }

  @Test("a refused call leaves one line in the log; a flood of them leaves few, with how many were left out")
  func lines() async throws {
    let lines = LogLines("a call is refused")
    let endpoint = try await start([.tcp], logger: Logger(label: "test") { _ in lines }) {
      $0.userAgent.admission.anonymous = false
    }
    try await connect(to: endpoint).executeThenClose { inbound, outbound in
      var answers = inbound.makeAsyncIterator()
      var heard = ""
      for number in 1...200 { try await outbound.write(ByteBuffer(string: request("INVITE", number))) }
      while !heard.contains("Call-ID: INVITE-200\r\n") {
        heard += String(buffer: try #require(try await answers.next()))
      }
      #expect(heard.contains("SIP/2.0 403 Forbidden\r\n"))
    }
    await endpoint.shutdown()
    let seen = lines.all
    let first = try #require(seen.first)
    #expect(first["call"] == "INVITE-1")
    #expect(first["from"] == "ana")
    #expect(first["to"] == "bot")
    #expect(first["status"] == "403")
    #expect(first["why"] == "no trunk or user calls from this address")
    #expect(first["peer"].map { "\($0)".hasPrefix("127.0.0.1:") } == true)
    // Twenty at once, then one a second for as long as the test takes.
    #expect(seen.count >= 20 && seen.count < 100)
  }
}
