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
}
