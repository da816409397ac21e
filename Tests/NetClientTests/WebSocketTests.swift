import Net
import NetClient
import NetNIO
import Testing
import TestSupport

@Suite("The WebSocket client")
struct WebSocketTests {
  private func server(
    prepare: TLSContext? = nil, _ serve: @escaping @Sendable (StandInWebSocket) async -> Void
  ) async throws -> StandInHTTPServer {
    try await StandInHTTPServer.start(
      prepare: { channel in if let prepare { try TLSHandler.addServer(prepare, to: channel) } },
      webSocket: { request in
        request.path == "/ws" ? .accept(serve) : .refuse(status: 401, body: "who are you?")
      },
      handler: { _, writer in try await writer.answer(404) })
  }

  @Sendable private static func echo(_ socket: StandInWebSocket) async {
    for await message in socket.messages {
      switch message {
      case .text(let text): socket.send(text: text)
      case .binary(let bytes): socket.send(binary: bytes)
      case .closed: return
      }
    }
  }

  @Test("text and binary of all frame lengths come back, and the goodbye is answered")
  func echo() async throws {
    let server = try await server(Self.echo)
    let socket = try await WebSocketClient().connect(
      "ws://127.0.0.1:\(server.port)/ws?a=1", headers: [HTTPHeader("Authorization", "Token k")])
    #expect(server.requests.first?.header("authorization") == "Token k")
    #expect(server.requests.first?.queryValues("a") == ["1"])
    #expect(server.requests.first?.header("host") == "127.0.0.1:\(server.port)")
    var iterator = socket.messages.makeAsyncIterator()
    for count in [1, 125, 126, 65535, 65536, 200_000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      #expect(socket.send(binary: bytes))
      #expect(await iterator.next() == .binary(bytes))
    }
    #expect(socket.send(text: "olá 😀"))
    #expect(await iterator.next() == .text("olá 😀"))
    socket.close()
    #expect(await iterator.next() == .closed(.normal))
    #expect(await iterator.next() == nil)
    #expect(!socket.isOpen && !socket.send(text: "late"))
    await server.stop()
  }

  @Test("the same over TLS, to a server that is trusted and only to one")
  func overTLS() async throws {
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    let context = try TLSContext.server(
      certificateChainFile: certificate.certificateFile, privateKeyFile: certificate.keyFile)
    let server = try await server(prepare: context, Self.echo)
    let url = "wss://127.0.0.1:\(server.port)/ws"
    let client = WebSocketClient(.init(caFile: certificate.certificateFile))
    let socket = try await client.connect(url)
    var iterator = socket.messages.makeAsyncIterator()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    #expect(socket.send(binary: bytes))
    #expect(await iterator.next() == .binary(bytes))
    socket.close()
    let error = await #expect(throws: WebSocketError.self) { _ = try await WebSocketClient().connect(url) }
    #expect(error?.kind == .tls)
    #expect(error?.message.contains("not trusted") == true)
    await server.stop()
  }

  @Test("fragments are put together, with a ping in between")
  func fragments() async throws {
    let server = try await server { socket in
      let bytes = Array("não é".utf8)
      // The cut goes through a character.
      socket.send(fragments: [Array(bytes.prefix(2)), Array(bytes[2..<4]), Array(bytes[4...])], isText: true)
      for await _ in socket.messages {}
    }
    let socket = try await WebSocketClient().connect("ws://127.0.0.1:\(server.port)/ws")
    var iterator = socket.messages.makeAsyncIterator()
    #expect(await iterator.next() == .text("não é"))
    await server.stop()
  }

  @Test("a refusal carries the status and what the server said")
  func refusal() async throws {
    let server = try await server(Self.echo)
    let error = await #expect(throws: WebSocketError.self) {
      _ = try await WebSocketClient().connect("ws://127.0.0.1:\(server.port)/other?key=secret")
    }
    #expect(error?.kind == .refused(status: 401, body: "who are you?"))
    #expect(error?.description.contains("secret") == false)
    await server.stop()
  }

  @Test("nobody there, no WebSocket there, and no answer are told apart")
  func failures() async throws {
    let silent = try await StandInHTTPServer.start(
      webSocket: { _ in .refuse(status: 200, body: "hello") }, handler: { _, writer in await writer.closed() })
    let plain = await #expect(throws: WebSocketError.self) {
      _ = try await WebSocketClient().connect("ws://127.0.0.1:\(silent.port)/ws")
    }
    #expect(plain?.kind == .refused(status: 200, body: "hello"))
    // TLS to a server without it: it waits for the rest of a request that never comes.
    let client = WebSocketClient(.init(connectTimeout: .milliseconds(300)))
    let late = await #expect(throws: WebSocketError.self) {
      _ = try await client.connect("wss://127.0.0.1:\(silent.port)/ws")
    }
    #expect(late?.kind == .tls || late?.kind == .timedOut)
    let port = silent.port
    await silent.stop()
    let refused = await #expect(throws: WebSocketError.self) {
      _ = try await WebSocketClient().connect("ws://127.0.0.1:\(port)/ws")
    }
    #expect(refused?.kind == .cannotConnect)
    let invalid = await #expect(throws: WebSocketError.self) { _ = try await WebSocketClient().connect("http://x/") }
    #expect(invalid?.kind == .invalidRequest)
  }

  @Test("a message beyond the bound ends the connection with 1009")
  func tooLarge() async throws {
    let server = try await server { socket in
      socket.send(fragments: [[UInt8](repeating: 1, count: 600), [UInt8](repeating: 1, count: 600)], isText: false)
      for await _ in socket.messages {}
    }
    let client = WebSocketClient(.init(maximumMessageBytes: 1000))
    let socket = try await client.connect("ws://127.0.0.1:\(server.port)/ws")
    var iterator = socket.messages.makeAsyncIterator()
    guard case .closed(let close)? = await iterator.next() else {
      Issue.record("was not closed")
      return
    }
    #expect(close.code == 1009)
    await server.stop()
  }

  @Test("the server's goodbye and a broken connection are told apart")
  func ends() async throws {
    let server = try await server { socket in
      for await message in socket.messages {
        if message == .text("bye") { socket.close(code: 1011, reason: "NET-0001") }
        if message == .text("drop") { socket.drop() }
      }
    }
    for (word, code) in [("bye", 1011), ("drop", 1006)] {
      let socket = try await WebSocketClient().connect("ws://127.0.0.1:\(server.port)/ws")
      socket.send(text: word)
      var iterator = socket.messages.makeAsyncIterator()
      guard case .closed(let close)? = await iterator.next() else {
        Issue.record("was not closed")
        return
      }
      #expect(Int(close.code) == code)
      #expect(close.code != 1011 || close.reason == "NET-0001")
    }
    await server.stop()
  }

  @Test("a peer that answers no ping is taken for dead; one that does is not")
  func idle() async throws {
    let server = try await server { socket in
      if socket.request.queryValues("mute") == ["1"] { socket.freeze() }
      for await _ in socket.messages {}
    }
    let client = WebSocketClient(.init(pingInterval: .milliseconds(50), idleTimeout: .milliseconds(1500)))
    let alive = try await client.connect("ws://127.0.0.1:\(server.port)/ws")
    let dead = try await client.connect("ws://127.0.0.1:\(server.port)/ws?mute=1")
    var iterator = dead.messages.makeAsyncIterator()
    #expect(await iterator.next() == .closed(WebSocketClose(code: 1006, reason: "the peer fell silent")))
    #expect(!dead.isOpen && alive.isOpen)
    await server.stop()
  }

  @Test("what the network does not take is refused, not piled up")
  func boundedSending() async throws {
    let server = try await server { socket in
      socket.freeze()
      for await _ in socket.messages {}
    }
    let client = WebSocketClient(.init(maximumQueuedBytes: 100_000))
    let socket = try await client.connect("ws://127.0.0.1:\(server.port)/ws")
    var accepted = 0
    while accepted < 10_000, socket.send(binary: [UInt8](repeating: 0, count: 50_000)) { accepted += 1 }
    #expect(accepted > 0 && accepted < 10_000)
    #expect(socket.isOpen)
    await server.stop()
  }
}
