import JSON
import SocketIO
import Testing

/// The cases of the Engine.IO suite that both of its servers have to pass.
@Suite(.serialized) struct EngineProtocolTests {
  static let paths = ["/engine.io/", "/socket.io/"]

  @Test("a polling handshake has the five values", arguments: paths)
  func pollingHandshake(path: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.request("GET", "\(path)?EIO=4&transport=polling")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "text/plain; charset=UTF-8")
      #expect(answer.headers["cache-control"] == "no-store")
      try expectOpen(answer.body, upgrades: ["websocket"])
    }
  }

  @Test("a WebSocket handshake has the five values, and no upgrades", arguments: paths)
  func webSocketHandshake(path: String) async throws {
    try await TestServer.run { server in
      let (webSocket, _) = try await RawWebSocket.open(port: server.port, "\(path)?EIO=4&transport=websocket")
      guard case .text(let open) = try await webSocket?.next() else { throw Missing(what: "no open packet") }
      try expectOpen(open, upgrades: [])
    }
  }

  private func expectOpen(_ packet: String, upgrades: [JSONValue]) throws {
    #expect(packet.first == "0")
    guard case .object(let values)? = JSONValue(packet.utf8.dropFirst()) else { throw Missing(what: "no object") }
    #expect(Set(values.keys) == ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"])
    #expect(values["sid"]?.string?.count == 20)
    #expect(values["upgrades"] == .array(upgrades))
    #expect(values["pingInterval"] == 25000)
    #expect(values["pingTimeout"] == 20000)
    #expect(values["maxPayload"] == 1_000_000)
  }

  @Test(
    "a handshake with another version, another transport or another method is refused",
    arguments: [
      ("GET", "?transport=polling", 5), ("GET", "?EIO=abc&transport=polling", 5),
      ("GET", "?EIO=3&transport=polling", 5),
      ("GET", "?EIO=4", 0), ("GET", "?EIO=4&transport=abc", 0), ("POST", "?EIO=4&transport=polling", 2),
      ("PUT", "?EIO=4&transport=polling", 2), ("GET", "?EIO=4&transport=polling&sid=unknown", 1),
      ("GET", "?EIO=4&transport=websocket", 3),
    ])
  func refusals(method: String, query: String, code: Int) async throws {
    try await TestServer.run { server in
      for path in Self.paths {
        let answer = try await server.request(method, path + query, body: method == "GET" ? nil : "4x")
        #expect(answer.status == 400)
        #expect(JSONValue(Array(answer.body.utf8))?["code"] == .integer(Int64(code)))
      }
    }
  }

  @Test(
    "a WebSocket with another version or transport is refused with an answer",
    arguments: [
      ("?transport=websocket", "Unsupported protocol version"),
      ("?EIO=abc&transport=websocket", "Unsupported protocol version"),
      ("?EIO=4", "Transport unknown"), ("?EIO=4&transport=abc", "Transport unknown"),
      ("?EIO=4&transport=websocket&sid=unknown", "Session ID unknown"), ("?EIO=4&transport=polling", "Bad request"),
    ])
  func webSocketRefusals(query: String, message: String) async throws {
    try await TestServer.run { server in
      for path in Self.paths {
        let (webSocket, answer) = try await RawWebSocket.open(port: server.port, path + query)
        #expect(webSocket == nil)
        #expect(answer?.status == 400)
        #expect(answer?.body == message)
      }
    }
  }

  @Test("an invalid packet on polling is answered with 400 and ends the session", arguments: paths)
  func invalidPollingPacket(path: String) async throws {
    try await TestServer.run { server in
      let session = try await PollingSession(server, path: path)
      #expect(try await session.post("abc").status == 400)
      #expect(try await session.get().status == 400)
    }
  }

  @Test("an invalid packet on a WebSocket ends it", arguments: paths)
  func invalidWebSocketPacket(path: String) async throws {
    try await TestServer.run { server in
      let (webSocket, _) = try await RawWebSocket.open(port: server.port, "\(path)?EIO=4&transport=websocket")
      webSocket?.send("abc")
      #expect(try await webSocket?.ends() == true)
    }
  }

  @Test("two GETs at a time end the session: the first is told so, the second refused", arguments: paths)
  func duplicateGet(path: String) async throws {
    try await TestServer.run { server in
      let session = try await PollingSession(server, path: path)
      let first = try await session.pendingGet()
      // Which of the two the server sees first is what the order of two answers tells.
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await session.get().status == 400)
      #expect(try await first.answer()?.body == "1")
      #expect(try await session.get().status == 400)
    }
  }

  @Test("a GET whose client goes away ends the session", arguments: paths)
  func abortedGet(path: String) async throws {
    try await TestServer.run { server in
      let session = try await PollingSession(server, path: path)
      let get = try await session.pendingGet()
      try await Task.sleep(for: .milliseconds(200))
      get.close()
      #expect(try await eventually { try await session.post("3").status == 400 })
    }
  }

  @Test("pings come on polling for as long as pongs go back", arguments: paths)
  func pollingHeartbeat(path: String) async throws {
    try await TestServer.run({ $0.engine.pingInterval = .milliseconds(100) }) { server in
      let session = try await PollingSession(server, path: path)
      for _ in 0..<3 {
        #expect(try await session.get().body == "2")
        let answer = try await session.post("3")
        #expect(answer.status == 200 && answer.body == "ok")
      }
    }
  }

  @Test("pings come on a WebSocket for as long as pongs go back", arguments: paths)
  func webSocketHeartbeat(path: String) async throws {
    try await TestServer.run({ $0.engine.pingInterval = .milliseconds(100) }) { server in
      let (webSocket, _) = try await RawWebSocket.open(port: server.port, "\(path)?EIO=4&transport=websocket")
      _ = try await webSocket?.next()
      for _ in 0..<3 {
        #expect(try await webSocket?.next() == .text("2"))
        webSocket?.send("3")
      }
    }
  }

  @Test("without a pong the session ends, on both transports", arguments: paths)
  func pingTimeout(path: String) async throws {
    let configure = { (configuration: inout SocketIOConfiguration) in
      configuration.engine.pingInterval = .milliseconds(100)
      configuration.engine.pingTimeout = .milliseconds(100)
    }
    try await TestServer.run(configure) { server in
      let session = try await PollingSession(server, path: path)
      let (webSocket, _) = try await RawWebSocket.open(port: server.port, "\(path)?EIO=4&transport=websocket")
      #expect(try await webSocket?.ends() == true)
      #expect(try await eventually { try await session.post("6").status == 400 })
    }
  }

  @Test("a close packet on polling releases the GET and ends the session", arguments: paths)
  func pollingClose(path: String) async throws {
    try await TestServer.run { server in
      let session = try await PollingSession(server, path: path)
      let get = try await session.pendingGet()
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await session.post("1").body == "ok")
      #expect(try await get.answer()?.body == "6")
      #expect(try await session.get().status == 400)
    }
  }

  @Test("a close packet on a WebSocket ends it", arguments: paths)
  func webSocketClose(path: String) async throws {
    try await TestServer.run { server in
      let (webSocket, _) = try await RawWebSocket.open(port: server.port, "\(path)?EIO=4&transport=websocket")
      webSocket?.send("1")
      #expect(try await webSocket?.ends() == true)
    }
  }

  /// Moves a new session to a WebSocket, as clients do.
  private func upgraded(_ server: TestServer, _ path: String) async throws -> (PollingSession, RawWebSocket, String) {
    let session = try await PollingSession(server, path: path)
    let target = "\(path)?EIO=4&transport=websocket&sid=\(session.id)"
    let opened = try await RawWebSocket.open(port: server.port, target)
    let webSocket = try #require(opened.webSocket)
    let get = try await session.pendingGet()
    try await Task.sleep(for: .milliseconds(200))
    webSocket.send("2probe")
    #expect(try await webSocket.next() == .text("3probe"))
    #expect(try await get.answer()?.body == "6")
    webSocket.send("5")
    return (session, webSocket, target)
  }

  @Test("polling moves to a WebSocket, which then carries the messages", arguments: paths)
  func upgrade(path: String) async throws {
    try await TestServer.run { server in
      let (_, webSocket, _) = try await upgraded(server, path)
      webSocket.send(path == "/engine.io/" ? "4hello" : "40/none")
      let answer = path == "/engine.io/" ? "4hello" : "44/none,{\"message\":\"Invalid namespace\"}"
      #expect(try await webSocket.next() == .text(answer))
    }
  }

  @Test("polling is refused once the session has its WebSocket", arguments: paths)
  func pollingAfterUpgrade(path: String) async throws {
    try await TestServer.run { server in
      let (session, _, _) = try await upgraded(server, path)
      #expect(try await eventually { try await session.get().status == 400 })
      #expect(try await session.post("4x").status == 400)
    }
  }

  @Test("a second WebSocket of a session that has one is closed", arguments: paths)
  func secondWebSocket(path: String) async throws {
    try await TestServer.run { server in
      let (_, _, target) = try await upgraded(server, path)
      let (second, _) = try await RawWebSocket.open(port: server.port, target)
      #expect(try await second?.ends() == true)
    }
  }

  @Test("a WebSocket comes about on a connection that polling used before")
  func laterUpgrade() async throws {
    try await TestServer.run { server in
      let connection = try await RawConnection(port: server.port)
      connection.send("GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
      #expect(try await connection.answer()?.body == "hello")
      let (webSocket, _) = try await RawWebSocket.upgrade(connection, "/engine.io/?EIO=4&transport=websocket")
      _ = try await webSocket?.next()
      webSocket?.send("4later")
      #expect(try await webSocket?.message() == .text("4later"))
    }
  }

  @Test(
    "messages go and come back on polling: one, three in a payload, text and binary",
    arguments: ["4hello", "4test1\u{1e}4test2\u{1e}4test3", "4hello\u{1e}bAQIDBA=="])
  func pollingMessages(payload: String) async throws {
    try await TestServer.run { server in
      let session = try await PollingSession(server, path: "/engine.io/")
      let answer = try await session.post(payload)
      #expect(answer.status == 200 && answer.body == "ok")
      #expect(try await session.get().body == payload)
    }
  }

  @Test(
    "a message goes and comes back on a WebSocket: text, binary",
    arguments: [RawWebSocket.Message.text("4hello"), .binary([1, 2, 3, 4])])
  func webSocketMessage(message: RawWebSocket.Message) async throws {
    try await TestServer.run { server in
      let (webSocket, _) = try await RawWebSocket.open(port: server.port, "/engine.io/?EIO=4&transport=websocket")
      _ = try await webSocket?.next()
      switch message {
      case .text(let text): webSocket?.send(text)
      case .binary(let bytes): webSocket?.send(bytes)
      default: break
      }
      #expect(try await webSocket?.message() == message)
    }
  }

  @Test("a message in fragments, and a large one, come back on a WebSocket")
  func largeMessages() async throws {
    try await TestServer.run { server in
      let (webSocket, _) = try await RawWebSocket.open(port: server.port, "/engine.io/?EIO=4&transport=websocket")
      _ = try await webSocket?.next()
      webSocket?.frame(0x1, isFinal: false, Array("4in ".utf8))
      webSocket?.frame(0x0, Array("pieces".utf8))
      #expect(try await webSocket?.message() == .text("4in pieces"))
      let large = String(repeating: "x", count: 100_000)
      webSocket?.send("4" + large)
      #expect(try await webSocket?.message() == .text("4" + large))
    }
  }
}

/// Whether `condition` comes true before long.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
  let deadline = ContinuousClock.now + .seconds(20)
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(50))
  }
  return false
}
