import Coordination
import SocketIO
import Testing

/// The cases of the Socket.IO suite, and what it does not ask for.
@Suite(.serialized) struct SocketProtocolTests {
  private func open(_ server: TestServer, headers: String = "") async throws -> RawWebSocket {
    let opened = try await RawWebSocket.open(
      port: server.port, "/socket.io/?EIO=4&transport=websocket", headers: headers)
    let webSocket = try #require(opened.webSocket)
    _ = try await webSocket.next()
    return webSocket
  }

  /// Comes into a namespace and returns what CONNECT was answered with.
  private func connect(_ webSocket: RawWebSocket, _ packet: String = "40") async throws -> String {
    webSocket.send(packet)
    guard case .text(let answer) = try await webSocket.message() else { return "" }
    return answer
  }

  @Test(
    "a client comes into a namespace, and its auth with it",
    arguments: [
      ("40", "40{\"sid\":\"", "42[\"auth\",{}]"),
      ("40{\"token\":\"123\"}", "40{\"sid\":\"", "42[\"auth\",{\"token\":\"123\"}]"),
      ("40/custom", "40/custom,{\"sid\":\"", "42/custom,[\"auth\",{}]"),
      ("40/custom,", "40/custom,{\"sid\":\"", "42/custom,[\"auth\",{}]"),
      ("40/custom,{\"token\":\"abc\"}", "40/custom,{\"sid\":\"", "42/custom,[\"auth\",{\"token\":\"abc\"}]"),
    ])
  func connect(packet: String, answer: String, auth: String) async throws {
    try await TestServer.run { server in
      let webSocket = try await open(server)
      #expect(try await connect(webSocket, packet).hasPrefix(answer))
      #expect(try await webSocket.message() == .text(auth))
    }
  }

  @Test("an unknown namespace is refused, and the connection stays")
  func unknownNamespace() async throws {
    try await TestServer.run { server in
      let webSocket = try await open(server)
      #expect(try await connect(webSocket, "40/random") == "44/random,{\"message\":\"Invalid namespace\"}")
      #expect(try await connect(webSocket).hasPrefix("40{"))
    }
  }

  @Test(
    "whoever does not begin with CONNECT, or says nothing, is closed",
    arguments: ["4abc", "42[\"message\"]", nil] as [String?])
  func noConnect(packet: String?) async throws {
    try await TestServer.run({ $0.connectTimeout = packet == nil ? .milliseconds(300) : .seconds(60) }) { server in
      let webSocket = try await open(server)
      if let packet { webSocket.send(packet) }
      #expect(try await webSocket.ends())
    }
  }

  @Test("after leaving the main namespace a client still has its heartbeat")
  func disconnectMain() async throws {
    try await TestServer.run({ $0.engine.pingInterval = .milliseconds(100) }) { server in
      let webSocket = try await open(server)
      _ = try await connect(webSocket)
      _ = try await webSocket.message()
      webSocket.send("41")
      webSocket.send("42[\"message\",\"too late\"]")
      for _ in 0..<2 {
        #expect(try await webSocket.next() == .text("2"))
        webSocket.send("3")
      }
    }
  }

  @Test("after leaving one namespace a client is still in the other")
  func disconnectCustom() async throws {
    try await TestServer.run { server in
      let webSocket = try await open(server)
      for packet in ["40", "40/custom"] {
        _ = try await connect(webSocket, packet)
        _ = try await webSocket.message()
      }
      webSocket.send("41/custom")
      webSocket.send("42[\"message\",\"to main\"]")
      #expect(try await webSocket.message() == .text("42[\"message-back\",\"to main\"]"))
    }
  }

  @Test(
    "events and acks, plain and with two attachments, come back as they went",
    arguments: [
      ("42[\"message\",1,\"2\",{\"3\":[true]}]", "42[\"message-back\",1,\"2\",{\"3\":[true]}]", 0),
      ("452-[\"message\",\(blob(0)),\(blob(1))]", "452-[\"message-back\",\(blob(0)),\(blob(1))]", 2),
      ("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]", "43456[1,\"2\",{\"3\":[false]}]", 0),
      ("452-789[\"message-with-ack\",\(blob(0)),\(blob(1))]", "462-789[\(blob(0)),\(blob(1))]", 2),
    ])
  func events(packet: String, answer: String, attachments: Int) async throws {
    try await TestServer.run { server in
      let webSocket = try await open(server)
      _ = try await connect(webSocket)
      _ = try await webSocket.message()
      let pieces = (0..<attachments).map { [UInt8($0), 2, 3] }
      webSocket.send(packet)
      for piece in pieces { webSocket.send(piece) }
      #expect(try await webSocket.message() == .text(answer))
      for piece in pieces { #expect(try await webSocket.message() == .binary(piece)) }
    }
  }

  private static func blob(_ number: Int) -> String { "{\"_placeholder\":true,\"num\":\(number)}" }

  @Test(
    "what no client may send ends the connection",
    arguments: [
      "4abc", "42{}", "42abc[\"message\"]", "42[]", "42[true]", "42[\"disconnect\"]", "4", "49", "43[1]", "42",
      "4511-[\"message\"]", "451-[\"message\",{\"_placeholder\":true,\"num\":7}]", "40", "42/nowhere,[\"x\"]",
    ])
  func violations(packet: String) async throws {
    try await TestServer.run { server in
      let webSocket = try await open(server)
      _ = try await connect(webSocket)
      webSocket.send(packet)
      if packet.hasPrefix("451-") { webSocket.send([1]) }
      #expect(try await webSocket.ends())
    }
  }

  @Test("a namespace refuses with message and data, lets in with a context, and sees cookie, origin and auth")
  func authorisation() async throws {
    try await TestServer.run { server in
      let members = server.sockets.namespace("/members")
      members.authorise { handshake in
        guard handshake.auth["token"] == "right" else { throw ConnectRefusal("Not authorized", data: ["code": "bad"]) }
        return "\(handshake.cookie("session") ?? "") \(handshake.request.origin ?? "") "
          + "\(handshake.request.remoteAddress ?? "") \(handshake.request.query["EIO"] ?? "")"
      }
      members.onConnection { socket in socket.emit("welcome", .string(socket.context as? String ?? "")) }
      let headers = "Cookie: a=b; session=s1\r\nOrigin: http://127.0.0.1\r\n"
      let webSocket = try await open(server, headers: headers)
      #expect(
        try await connect(webSocket, "40/members,{\"token\":\"wrong\"}")
          == "44/members,{\"data\":{\"code\":\"bad\"},\"message\":\"Not authorized\"}")
      #expect(try await connect(webSocket, "40/members,{\"token\":\"right\"}").hasPrefix("40/members,{"))
      #expect(
        try await webSocket.message() == .text("42/members,[\"welcome\",\"s1 http://127.0.0.1 127.0.0.1 4\"]"))
    }
  }

  @Test("a page of another origin gets neither polling nor a WebSocket; an allowed one is named")
  func origins() async throws {
    try await TestServer.run({ $0.engine.allowsOrigin = { origin, _ in origin == "https://good.example" } }) { server in
      let evil = "Origin: https://evil.example\r\n"
      let good = "Origin: https://good.example\r\n"
      let polling = "/socket.io/?EIO=4&transport=polling"
      var answer = try await server.request("GET", polling, headers: evil)
      #expect(answer.status == 403 && answer.body == "{\"code\":4,\"message\":\"Forbidden\"}")
      #expect(answer.headers["access-control-allow-origin"] == nil)
      let (_, refused) = try await RawWebSocket.open(
        port: server.port, "/socket.io/?EIO=4&transport=websocket", headers: evil)
      #expect(refused?.status == 403)
      #expect(try await server.request("OPTIONS", polling, headers: evil).status == 403)
      answer = try await server.request("GET", polling, headers: good)
      #expect(answer.status == 200 && answer.headers["access-control-allow-origin"] == "https://good.example")
      #expect(answer.headers["access-control-allow-credentials"] == "true")
      answer = try await server.request(
        "OPTIONS", polling, headers: good + "Access-Control-Request-Headers: X-One, X-Two\r\n")
      #expect(answer.status == 204)
      #expect(answer.headers["access-control-allow-methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE")
      #expect(answer.headers["access-control-allow-headers"] == "X-One, X-Two")
      #expect(answer.headers["vary"]?.contains("Access-Control-Request-Headers") == true)
    }
  }

  @Test("bodies, frames and connections have their limits")
  func limits() async throws {
    try await TestServer.run({
      $0.engine.maxPayload = 1000
      $0.engine.maxConnections = 2
    }) { server in
      let session = try await PollingSession(server, path: "/engine.io/")
      #expect(try await session.post("4" + String(repeating: "x", count: 1000)).status == 413)
      let webSocket = try await open(server)
      _ = try await open(server)
      let (_, refused) = try await RawWebSocket.open(port: server.port, "/socket.io/?EIO=4&transport=polling")
      #expect(refused?.status == 400)
      #expect(try await server.request("GET", "/socket.io/?EIO=4&transport=polling").status == 503)
      webSocket.send("4" + String(repeating: "x", count: 1000))
      #expect(try await webSocket.ends())
    }
  }

  @Test("a client that takes nothing is closed, and recovers when it comes back")
  func slowConsumerRecovers() async throws {
    try await TestServer.run({
      $0.recovery = .seconds(60)
      $0.engine.maxQueuedBytes = 200_000
    }) { server in
      let namespace = server.sockets.namespace("/log")
      let ended = Locked<DisconnectReason?>(nil)
      namespace.onConnection { socket in
        socket.join("followers")
        socket.emit("hello", .bool(socket.isRecovered))
      }
      namespace.onDisconnection { _, reason in ended.withLock { $0 = $0 ?? reason } }
      let webSocket = try await open(server)
      let hello = try await connect(webSocket, "40/log")
      let pid = try #require(hello.split(separator: "\"pid\":\"").last?.prefix { $0 != "\"" })
      guard case .text(let first) = try await webSocket.message() else { throw Missing(what: "no event") }
      let offset = try #require(first.split(separator: "\"").dropLast().last)
      try await webSocket.connection.stopReading()
      let piece = String(repeating: "x", count: 10_000)
      var sent = 0
      while ended.withLock({ $0 }) == nil, sent < 2000 {
        sent += 1
        namespace.emit("piece", [.integer(Int64(sent)), .string(piece)], to: ["followers"])
        namespace.emit("other", ["not for it"], to: ["others"])
        try await Task.sleep(for: .milliseconds(1))
      }
      #expect(ended.withLock { $0 } == .connection(.transportError))
      webSocket.connection.close()
      // The queue of the new connection has to hold it all.
      let back = try await open(server)
      let again = try await connect(back, "40/log,{\"pid\":\"\(pid)\",\"offset\":\"\(offset)\"}")
      #expect(again.contains(pid))
    }
  }

  @Test("a client that lost its connection recovers: same id, its rooms, what it missed, then live")
  func recovery() async throws {
    try await TestServer.run({ $0.recovery = .seconds(60) }) { server in
      let namespace = server.sockets.namespace("/log")
      let asked = Locked(0)
      namespace.authorise { _ in
        asked.withLock { $0 += 1 }
        return ()
      }
      namespace.onConnection { socket in if !socket.isRecovered { socket.join("followers") } }
      let webSocket = try await open(server)
      let hello = try await connect(webSocket, "40/log")
      let pid = try #require(hello.split(separator: "\"pid\":\"").last?.prefix { $0 != "\"" })
      #expect(try await eventually { namespace.sockets(in: "followers").count == 1 })
      namespace.emit("said", ["one"], to: ["followers"])
      guard case .text(let first) = try await webSocket.message() else { throw Missing(what: "no event") }
      let offset = try #require(first.split(separator: "\"").dropLast().last)
      webSocket.connection.close()
      #expect(try await eventually { namespace.sockets().isEmpty })
      namespace.emit("said", ["two"], to: ["followers"])
      namespace.emit("said", ["volatile"], to: ["followers"], volatile: true)
      namespace.emit("said", ["not for it"], to: ["others"])
      namespace.emit("said", ["three"])
      let back = try await open(server)
      #expect(try await connect(back, "40/log,{\"pid\":\"\(pid)\",\"offset\":\"\(offset)\"}") == hello)
      namespace.emit("said", ["four"], to: ["followers"])
      for word in ["two", "three", "four"] {
        guard case .text(let text) = try await back.message() else { throw Missing(what: "no \(word)") }
        #expect(text.hasPrefix("42/log,[\"said\",\"\(word)\","))
      }
      #expect(asked.withLock { $0 } == 2)
      // A second connection with the same secret takes the place of the first.
      let third = try await open(server)
      #expect(try await connect(third, "40/log,{\"pid\":\"\(pid)\"}") == hello)
      #expect(try await back.ends())
    }
  }

  @Test("the server's own acks come, time out, and fail with the connection")
  func acks() async throws {
    try await TestServer.run { server in
      let namespace = server.sockets.namespace("/ask")
      let webSocket = try await open(server)
      _ = try await connect(webSocket, "40/ask")
      let socket = try #require(namespace.sockets().first)
      async let answer = socket.emitWithAck("question", ["?"], timeout: .seconds(20))
      #expect(try await webSocket.message() == .text("42/ask,0[\"question\",\"?\"]"))
      webSocket.send("43/ask,0[\"!\"]")
      #expect(try await answer == ["!"])
      await #expect(throws: AckError.timedOut) {
        try await socket.emitWithAck("question", timeout: .milliseconds(50))
      }
      webSocket.connection.close()
      await #expect(throws: AckError.disconnected) {
        try await socket.emitWithAck("question", timeout: .seconds(20))
      }
    }
  }

  @Test("other requests go on as before, whatever they want to be upgraded to")
  func otherRequests() async throws {
    try await TestServer.run { server in
      let connection = try await RawConnection(port: server.port)
      for _ in 0..<2 {
        connection.send("GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        #expect(try await connection.answer()?.body == "hello")
      }
      let (_, answer) = try await RawWebSocket.open(port: server.port, "/hello")
      #expect(answer?.status == 200 && answer?.body == "hello")
      let (_, missing) = try await RawWebSocket.open(port: server.port, "/nowhere")
      #expect(missing?.status == 404)
    }
  }
}
