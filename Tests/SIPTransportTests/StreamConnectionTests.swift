import Logging
import Net
import NIOCore
import NIOPosix
import SIPStack
import TestSupport
import Testing

@testable import SIPTransport

/// A peer that sends and never reads.
private func deafPeer(of endpoint: SIPEndpoint) async throws -> any Channel {
  try await ClientBootstrap(group: group)
    .channelOption(.autoRead, value: false)
    .channelOption(.socketOption(.so_rcvbuf), value: 16 << 10)
    .connect(host: "127.0.0.1", port: port(of: endpoint)).get()
}

@Suite("Connections of a SIP endpoint", .timeLimit(.minutes(1))) struct StreamConnectionTests {
  /// The endpoint still serves whoever reads.
  private func isServed(_ endpoint: SIPEndpoint) async throws {
    try await connect(to: endpoint).executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request("OPTIONS", 0)))
      var iterator = inbound.makeAsyncIterator()
      let answer = try #require(try await iterator.next())
      #expect(String(buffer: answer).hasPrefix("SIP/2.0 200 OK\r\n"))
    }
  }

  /// Sends batch after batch until the endpoint says that it has hung up, and waits until it does.
  private func flood(
    batches: Int, of batch: (Int) -> String, configure: (inout SIPEndpointConfiguration) -> Void = { _ in }
  ) async throws {
    let lines = LogLines("a SIP connection is closed, since its peer does not read")
    let endpoint = try await start([.tcp], logger: Logger(label: "test") { _ in lines }, configure: configure)
    let peer = try await deafPeer(of: endpoint)
    for number in 0..<batches where lines.all.isEmpty {
      // Fails when it is hung up on.
      try? await peer.writeAndFlush(ByteBuffer(string: batch(number)))
    }
    while lines.all.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    #expect(lines.all.first?["transport"] == "tcp")
    try await isServed(endpoint)
    try? await peer.close()
    await endpoint.shutdown()
  }

  private func requests(_ batch: Int) -> String { (0..<100).map { request("OPTIONS", batch * 100 + $0) }.joined() }

  @Test("a peer that asks and does not read the answers is hung up on")
  func unreadAnswers() async throws {
    try await flood(batches: 400, of: requests) { $0.userAgent.maximumTransactions = 1_000_000 }
  }

  @Test("a peer that sends keep-alives and does not read their answers is hung up on")
  func unreadPongs() async throws {
    let pings = String(repeating: "\r\n\r\n", count: 16 << 10)
    try await flood(batches: 192) { _ in pings }
  }

  @Test("when all connections together have too much to send, the one with the most is closed")
  func unreadInAll() async throws {
    try await flood(batches: 400, of: requests) {
      $0.userAgent.maximumTransactions = 1_000_000
      $0.maximumUnsent = 1 << 30
      $0.maximumUnsentInAll = 256 << 10
    }
  }

  @Test("many keep-alives at once get as many answers")
  func pongs() async throws {
    let endpoint = try await start([.tcp])
    try await connect(to: endpoint).executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: String(repeating: "\r\n\r\n", count: 1000)))
      var count = 0
      for try await buffer in inbound {
        count += buffer.readableBytes
        if count >= 2000 { break }
      }
      #expect(count == 2000)
    }
    await endpoint.shutdown()
  }

  @Test("a call over TLS: its flow, Via and Contact are those of TLS; without a certificate there is no listener")
  func secure() async throws {
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    let server = try TLSContext.server(
      certificateChainFile: certificate.certificateFile, privateKeyFile: certificate.keyFile)
    let client = try TLSContext.client(caFile: certificate.certificateFile)
    let called = try await start([.tls]) { $0.tlsServer = server }
    let caller = try await start([.tcp]) { $0.tlsClient = client }
    let answer = try offer(2)
    let taken = Task { () -> (via: String?, contact: String?) in
      for await call in called.incomingCalls {
        call.answer(answer)
        for await event in call.events { if case .established = event { call.hangUp() } }
        return (call.headers.first(.via), call.headers.first(.contact))
      }
      return (nil, nil)
    }
    let call = try await caller.call(uri(of: called, .tls), offer: offer(), transport: .tls)
    var ending: CallEnding?
    for await event in call.events { if case .ended(let value) = event { ending = value } }
    #expect(ending?.by == .remote)
    let seen = await taken.value
    #expect(seen.via?.hasPrefix("SIP/2.0/TLS ") == true)
    #expect(seen.contact?.contains("transport=tls") == true)
    await caller.shutdown()
    await called.shutdown()
    await #expect(throws: SIPEndpointError.unsupported(.tls)) { _ = try await start([.tls]) }
  }

  @Test("a peer whose certificate is not trusted is not called")
  func untrusted() async throws {
    let certificate = try TestCertificate()
    let stranger = try TestCertificate()
    defer {
      certificate.remove()
      stranger.remove()
    }
    let server = try TLSContext.server(
      certificateChainFile: certificate.certificateFile, privateKeyFile: certificate.keyFile)
    let client = try TLSContext.client(caFile: stranger.certificateFile)
    let called = try await start([.tls]) { $0.tlsServer = server }
    let caller = try await start([.tcp]) { $0.tlsClient = client }
    let call = try await caller.call(uri(of: called, .tls), offer: offer(), transport: .tls)
    var ending: CallEnding?
    for await event in call.events { if case .ended(let value) = event { ending = value } }
    #expect(ending?.status == 503)
    await caller.shutdown()
    await called.shutdown()
  }
}

@Suite("What waits to be sent, and what a log takes") struct BoundTests {
  @Test("small writes count with what they cost besides their bytes")
  func backlog() {
    var backlog = SendBacklog(limit: 1000)
    var writes = 0
    while backlog.hasRoom(for: 2) {
      backlog.began(2)
      writes += 1
    }
    #expect(writes == 3)
    backlog.ended(2)
    #expect(backlog.hasRoom(for: 2))
  }

  @Test("a log takes so many lines at once, then one an interval, and hears how many it missed")
  func allowance() {
    var allowance = LogAllowance(burst: 2, interval: .seconds(10))
    let start = Instant.now
    #expect((0..<5).map { _ in allowance.take(at: start) } == [0, 0, nil, nil, nil])
    #expect(allowance.take(at: start + .seconds(9)) == nil)
    #expect(allowance.take(at: start + .seconds(10)) == 4)
    #expect(allowance.take(at: start + .seconds(11)) == nil)
    #expect((0..<3).map { _ in allowance.take(at: start + .seconds(3600)) } == [1, 0, nil])
  }
}
