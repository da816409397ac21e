import Net
import NetClient
import NetNIO
import Testing
import TestSupport

@Suite("TLS")
struct TLSSessionTests {
  /// Runs a handshake between two ends in memory, delivering records in pieces of `size` bytes.
  private func shake(
    _ client: inout TLSSession, _ server: inout TLSSession, pieces size: Int = 5
  ) throws -> (toClient: [UInt8], toServer: [UInt8]) {
    var toClient: [UInt8] = []
    var toServer: [UInt8] = []
    try client.advance()
    for _ in 0..<10 {
      var flight = client.takeOutgoing()[...]
      while !flight.isEmpty {
        toServer += try server.receive(Array(flight.prefix(size)))
        flight = flight.dropFirst(size)
      }
      flight = server.takeOutgoing()[...]
      while !flight.isEmpty {
        toClient += try client.receive(Array(flight.prefix(size)))
        flight = flight.dropFirst(size)
      }
    }
    return (toClient, toServer)
  }

  @Test("a trusted certificate with the right name is accepted", arguments: ["assist.test", "127.0.0.1"])
  func accepted(name: String) throws {
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    var client = try TLSSession(client: .client(caFile: certificate.certificateFile), serverName: name)
    var server = try TLSSession(
      server: .server(certificateChainFile: certificate.certificateFile, privateKeyFile: certificate.keyFile))
    _ = try shake(&client, &server)
    #expect(client.isEstablished == true)
    #expect(server.isEstablished == true)
    let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try client.send(long)
    try server.send([1, 2, 3])
    let (toClient, toServer) = try shake(&client, &server, pieces: 1000)
    #expect(toClient == [1, 2, 3])
    #expect(toServer == long)
    server.close()
    _ = try client.receive(server.takeOutgoing())
    #expect(client.isClosedByPeer == true)
  }

  @Test("a certificate for another name is refused", arguments: ["other.test", "127.0.0.2"])
  func wrongName(name: String) throws {
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    var client = try TLSSession(client: .client(caFile: certificate.certificateFile), serverName: name)
    var server = try TLSSession(
      server: .server(certificateChainFile: certificate.certificateFile, privateKeyFile: certificate.keyFile))
    let error = #expect(throws: TLSError.self) { _ = try shake(&client, &server) }
    guard case .untrusted(let reason)? = error else {
      Issue.record("not refused as untrusted: \(String(describing: error))")
      return
    }
    #expect(reason.contains("mismatch"))
    #expect(client.isEstablished == false)
  }

  @Test("a certificate that nobody vouches for is refused")
  func unknownAuthority() throws {
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    var client = try TLSSession(client: .client(), serverName: "assist.test")
    var server = try TLSSession(
      server: .server(certificateChainFile: certificate.certificateFile, privateKeyFile: certificate.keyFile))
    let error = #expect(throws: TLSError.self) { _ = try shake(&client, &server) }
    guard case .untrusted? = error else {
      Issue.record("not refused as untrusted: \(String(describing: error))")
      return
    }
  }

  @Test("what is not TLS is an error and no crash")
  func garbage() throws {
    var client = try TLSSession(client: .client(), serverName: "assist.test")
    try client.advance()
    #expect(throws: TLSError.self) { _ = try client.receive(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)) }
  }

  @Test("a file that is missing is named")
  func missingFile() {
    #expect(throws: TLSError.badFile("/nowhere.pem")) { _ = try TLSContext.client(caFile: "/nowhere.pem") }
  }

  @Test("libcurl reaches a TLS server of ours if it trusts it, and says so if not")
  func overHTTP() async throws {
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    let context = try TLSContext.server(
      certificateChainFile: certificate.certificateFile, privateKeyFile: certificate.keyFile)
    let server = try await StandInHTTPServer.start(
      prepare: { channel in try TLSHandler.addServer(context, to: channel) },
      handler: { request, writer in try await writer.answer(200, [], request.body) })
    let url = "https://127.0.0.1:\(server.port)/"
    let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let client = HTTPClient(.init(caFile: certificate.certificateFile))
    let response = try await client.send(HTTPRequest(.post, url, body: .bytes(body)))
    #expect(try await response.collect(upTo: 1 << 20) == body)
    let error = await #expect(throws: HTTPError.self) { _ = try await HTTPClient().send(HTTPRequest(.get, url)) }
    #expect(error?.kind == .tls)
    await server.stop()
  }
}
