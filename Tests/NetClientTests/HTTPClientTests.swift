import NetClient
import Synchronization
import Testing
import TestSupport

@Suite("The HTTP client")
struct HTTPClientTests {
  private func server(_ handler: @escaping StandInHTTPServer.Handler) async throws -> StandInHTTPServer {
    try await StandInHTTPServer.start(handler: handler)
  }

  private func error(_ request: HTTPRequest, client: HTTPClient = HTTPClient()) async -> HTTPError? {
    do throws(HTTPError) {
      let response = try await client.send(request)
      _ = try await response.collect(upTo: .max)
      return nil
    } catch {
      return error
    }
  }

  @Test("a request goes out as given and the answer comes back as sent")
  func roundTrip() async throws {
    let server = try await server { request, writer in
      try await writer.answer(201, [("X-Answer", " 42 ")], request.body)
    }
    let client = HTTPClient()
    let response = try await client.send(
      HTTPRequest(
        .post, server.url + "/p?q=1", headers: [HTTPHeader("X-Ask", "why"), HTTPHeader("X-Empty", "")],
        body: .bytes([1, 0, 255])))
    #expect(response.status == 201)
    #expect(response.header("x-answer") == "42")
    #expect(try await response.collect(upTo: 100) == [1, 0, 255])
    let seen = try #require(server.requests.first)
    #expect(seen.method == "POST" && seen.path == "/p" && seen.queryValues("q") == ["1"])
    #expect(seen.header("x-ask") == "why" && seen.header("x-empty") == "")
    #expect(seen.header("expect") == nil)
    await server.stop()
  }

  @Test("requests one after another share a connection")
  func reuse() async throws {
    let server = try await server { _, writer in try await writer.answer(200, [], [7]) }
    let client = HTTPClient()
    for _ in 0..<20 {
      let response = try await client.send(HTTPRequest(.get, server.url))
      #expect(try await response.collect(upTo: 10) == [7])
    }
    #expect(server.connectionCount == 1)
    await server.stop()
  }

  @Test("a warmed up connection carries the first request")
  func prewarm() async throws {
    let server = try await server { request, writer in
      if request.method == "HEAD" {
        try await writer.head(404, [("content-length", "0")]); try await writer.end(); return
      }
      try await writer.answer(200)
    }
    let client = HTTPClient()
    await client.prewarm(server.url + "/v1")
    await client.prewarm(server.url + "/v1")
    #expect(server.requests.map(\.method) == ["HEAD"])
    #expect(server.requests.first?.header("authorization") == nil)
    _ = try await client.send(HTTPRequest(.get, server.url)).collect(upTo: 1)
    #expect(server.connectionCount == 1)
    await server.stop()
  }

  @Test("chunks are delivered while the answer is still being written")
  func streaming() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let server = try await server { _, writer in
      try await writer.head(200)
      try await writer.write("first")
      for await _ in gate {}
      try await writer.write("second")
      try await writer.end()
    }
    let response = try await HTTPClient().send(HTTPRequest(.get, server.url))
    var texts: [String] = []
    for try await chunk in response.body {
      texts.append(String(decoding: chunk, as: UTF8.self))
      // The server goes on only after the first chunk was seen here.
      open.finish()
    }
    #expect(texts == ["first", "second"])
    await server.stop()
  }

  @Test("a server ahead of the reader is held back, and nothing is lost")
  func backpressure() async throws {
    let written = Counter()
    let total = 400
    let server = try await server { _, writer in
      try await writer.head(200)
      for index in 0..<total {
        try await writer.write([UInt8](repeating: UInt8(index % 251), count: 65536))
        written.add(1)
      }
      try await writer.end()
    }
    let response = try await HTTPClient().send(HTTPRequest(.get, server.url))
    var iterator = response.body.makeAsyncIterator()
    var bytes = try await iterator.next()?.count ?? 0
    var last = -1
    // Wait until the server stands still, with kernel buffers full.
    while written.value != last {
      last = written.value
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(written.value < total)
    while let chunk = try await iterator.next() { bytes += chunk.count }
    #expect(bytes == total * 65536)
    await server.stop()
  }

  @Test("many requests at once are all answered")
  func concurrency() async throws {
    let server = try await server { request, writer in try await writer.answer(200, [], request.body) }
    let client = HTTPClient()
    let url = server.url
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<100 {
        group.addTask {
          let response = try await client.send(HTTPRequest(.post, url, body: .bytes([UInt8(index)])))
          return Int(try await response.collect(upTo: 10).first ?? 0)
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 4950)
    await server.stop()
  }

  @Test("cancelling the waiting task hangs up at once")
  func cancellation() async throws {
    let (hungUp, tell) = AsyncStream.makeStream(of: Void.self)
    let (arrived, tellArrived) = AsyncStream.makeStream(of: Void.self)
    let server = try await server { _, writer in
      tellArrived.finish()
      await writer.closed()
      tell.finish()
    }
    let client = HTTPClient()
    let url = server.url
    let task = Task { await error(HTTPRequest(.get, url), client: client) }
    for await _ in arrived {}
    task.cancel()
    #expect(await task.value?.kind == .cancelled)
    for await _ in hungUp {}
    await server.stop()
  }

  @Test("dropping the body hangs up")
  func abandonment() async throws {
    let (hungUp, tell) = AsyncStream.makeStream(of: Void.self)
    let server = try await server { _, writer in
      try await writer.head(200)
      try await writer.write("x")
      await writer.closed()
      tell.finish()
    }
    let client = HTTPClient()
    do {
      let response = try await client.send(HTTPRequest(.get, server.url))
      for try await _ in response.body { break }
    }
    for await _ in hungUp {}
    await server.stop()
  }

  @Test("each stretch has its time-out")
  func timeouts() async throws {
    let server = try await server { request, writer in
      switch request.path {
      case "/silent": break
      case "/head": try await writer.head(200)
      default:
        try await writer.head(200)
        for _ in 0..<(request.path == "/stall" ? 1 : 1000) {
          try await writer.write("x")
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      await writer.closed()
    }
    let short = HTTPTimeouts(firstByte: .milliseconds(100), idle: .milliseconds(100), total: .seconds(20))
    #expect(await error(HTTPRequest(.get, server.url + "/silent", timeouts: short))?.kind == .timedOut(.firstByte))
    #expect(await error(HTTPRequest(.get, server.url + "/head", timeouts: short))?.kind == .timedOut(.firstByte))
    let patient = HTTPTimeouts(firstByte: .seconds(10), idle: .milliseconds(100), total: .seconds(20))
    #expect(await error(HTTPRequest(.get, server.url + "/stall", timeouts: patient))?.kind == .timedOut(.idle))
    let whole = HTTPTimeouts(firstByte: .seconds(10), idle: .seconds(10), total: .milliseconds(300))
    #expect(await error(HTTPRequest(.get, server.url + "/drip", timeouts: whole))?.kind == .timedOut(.total))
    await server.stop()
  }

  @Test("failures say what happened and never repeat the path or a header")
  func failures() async throws {
    let server = try await server { request, writer in
      if request.path == "/large" {
        try await writer.answer(200, [], [UInt8](repeating: 0, count: 5000))
      } else {
        await writer.drop()
      }
    }
    let key = HTTPHeader("Authorization", "Bearer secret")
    let dropped = await error(HTTPRequest(.post, server.url + "/hidden", headers: [key], body: .bytes([1])))
    #expect(dropped?.kind == .interrupted)
    let large = await error(HTTPRequest(.get, server.url + "/large", maximumBodyBytes: 1000))
    #expect(large?.kind == .tooLarge)
    let port = server.port
    await server.stop()
    let refused = await error(HTTPRequest(.get, "http://127.0.0.1:\(port)/hidden?key=secret", headers: [key]))
    #expect(refused?.kind == .cannotConnect)
    let unknown = await error(HTTPRequest(.get, "http://nowhere.invalid/"))
    #expect(unknown?.kind == .cannotResolve || unknown?.kind == .timedOut(.connect) || unknown?.kind == .interrupted)
    for failure in [dropped, large, refused, unknown] {
      let text = failure?.description ?? "secret"
      #expect(!text.contains("secret") && !text.contains("hidden"))
    }
    #expect(await error(HTTPRequest(.get, "file:///etc/passwd"))?.kind == .invalidRequest)
    #expect(
      await error(HTTPRequest(.get, "http://127.0.0.1/", headers: [HTTPHeader("A", "b\r\nC: d")]))?.kind
        == .invalidRequest)
  }

  @Test("a shut down client ends what is under way and takes nothing new")
  func shutdown() async throws {
    let (arrived, tellArrived) = AsyncStream.makeStream(of: Void.self)
    let server = try await server { _, writer in
      tellArrived.finish()
      await writer.closed()
    }
    let client = HTTPClient()
    let url = server.url
    let task = Task { await error(HTTPRequest(.get, url), client: client) }
    for await _ in arrived {}
    client.shutdown()
    #expect(await task.value?.kind == .cancelled)
    #expect(await error(HTTPRequest(.get, url), client: client)?.kind == .cancelled)
    await server.stop()
  }

  @Test("a form carries fields and files byte for byte")
  func multipart() {
    var form = MultipartForm(boundary: "b")
    form.add(field: "na\"me", "value")
    form.add(file: "file", filename: "a.wav", contentType: "audio/wav", [0, 13, 10])
    let expected =
      "--b\r\nContent-Disposition: form-data; name=\"na%22me\"\r\n\r\nvalue\r\n"
      + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
      + "\0\r\n\r\n--b--\r\n"
    #expect(form.encoded == Array(expected.utf8))
  }
}

/// Counts across tasks.
final class Counter: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .relaxed) }

  func add(_ number: Int) {
    count.add(number, ordering: .relaxed)
  }
}
