import NetClient
import Testing
import TestSupport

@Suite("Requests that must not go out twice")
struct RepeatableRequestTests {
  private func server() async throws -> StandInHTTPServer {
    try await StandInHTTPServer.start { request, writer in
      if request.path == "/lose" { return await writer.drop() }
      try await writer.answer(200, [], request.body)
    }
  }

  private func request(_ url: String, isRepeatable: Bool, bytes: Int = 100) -> HTTPRequest {
    var request = HTTPRequest(.post, url, body: .bytes([UInt8](repeating: 7, count: bytes)))
    request.isRepeatable = isRepeatable
    return request
  }

  /// Opens a connection that is kept, and then loses the answer of a request on it.
  private func losing(isRepeatable: Bool) async throws -> (count: Int, kind: HTTPError.Kind?) {
    let server = try await server()
    let client = HTTPClient()
    _ = try await client.send(request(server.url, isRepeatable: isRepeatable)).collect(upTo: 1000)
    var kind: HTTPError.Kind?
    do throws(HTTPError) {
      _ = try await client.send(request(server.url + "/lose", isRepeatable: isRepeatable)).collect(upTo: 1000)
    } catch {
      kind = error.kind
    }
    let count = server.requests.filter { $0.path == "/lose" }.count
    await server.stop()
    return (count, kind)
  }

  @Test("one whose answer is lost on a kept connection goes out once, and is told as interrupted")
  func once() async throws {
    let (count, kind) = try await losing(isRepeatable: false)
    #expect(count == 1)
    #expect(kind == .interrupted)
  }

  @Test("a repeatable one goes out again by itself, which is why there is a difference")
  func again() async throws {
    let (count, _) = try await losing(isRepeatable: true)
    #expect(count > 1)
  }

  @Test(
    "on a connection that was closed meanwhile it arrives whole, or is known not to have left",
    arguments: [100, 300_000])
  func closed(bytes: Int) async throws {
    let server = try await server()
    let client = HTTPClient()
    for _ in 0..<20 {
      _ = try await client.send(request(server.url, isRepeatable: false, bytes: bytes)).collect(upTo: 1 << 20)
      server.dropConnections()
      do throws(HTTPError) {
        let response = try await client.send(request(server.url, isRepeatable: false, bytes: bytes))
        #expect(try await response.collect(upTo: 1 << 20).count == bytes)
      } catch {
        // The server may have gone away in any moment; never may it be left to wait for a body.
        #expect(error.kind == .cannotConnect || error.kind == .interrupted)
      }
    }
    #expect(server.requests.allSatisfy { $0.body.count == bytes })
    await server.stop()
  }

  @Test("an empty body is one, too")
  func empty() async throws {
    let server = try await server()
    let client = HTTPClient()
    for _ in 0..<3 {
      let response = try await client.send(request(server.url, isRepeatable: false, bytes: 0))
      #expect(try await response.collect(upTo: 10).isEmpty)
    }
    await server.stop()
  }
}
