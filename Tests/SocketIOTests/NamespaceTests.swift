import Coordination
import SocketIO
import Testing

/// What the server's side asks of namespaces, over real connections.
@Suite(.serialized) struct NamespaceTests {
  /// A client that is in `/room`, and the socket that the server has for it.
  private func client(_ server: TestServer) async throws -> (RawWebSocket, Socket) {
    let namespace = server.sockets.namespace("/room")
    let opened = try await RawWebSocket.open(port: server.port, "/socket.io/?EIO=4&transport=websocket")
    let webSocket = try #require(opened.webSocket)
    _ = try await webSocket.next()
    webSocket.send("40/room")
    guard case .text(let hello) = try await webSocket.message() else { throw Missing(what: "no answer") }
    let id = hello.split(separator: "\"sid\":\"").last?.prefix { $0 != "\"" } ?? ""
    return (webSocket, try #require(namespace.socket(String(id))))
  }

  @Test("an event reaches all but those in a room that is left out, or whose own id is")
  func except() async throws {
    try await TestServer.run { server in
      let namespace = server.sockets.namespace("/room")
      let clients = [try await client(server), try await client(server), try await client(server)]
      clients[0].1.join("quiet")
      namespace.emit("said", ["loud"], except: ["quiet"])
      namespace.emit("said", ["others"], except: [clients[1].1.id])
      namespace.emit("said", ["end"])
      for (index, words) in [["others", "end"], ["loud", "end"], ["loud", "others", "end"]].enumerated() {
        for word in words { #expect(try await clients[index].0.message() == .text("42/room,[\"said\",\"\(word)\"]")) }
      }
    }
  }

  @Test("sockets that are picked are put out: told so, or with their connections")
  func disconnectSockets() async throws {
    try await TestServer.run { server in
      let namespace = server.sockets.namespace("/room")
      let (first, firstSocket) = try await client(server)
      let (second, secondSocket) = try await client(server)
      let (third, thirdSocket) = try await client(server)
      namespace.disconnectSockets { $0.id == firstSocket.id }
      #expect(try await first.message() == .text("41/room,"))
      first.send("40/room")
      guard case .text(let again) = try await first.message() else { throw Missing(what: "no answer") }
      #expect(again.hasPrefix("40/room,{"))
      namespace.disconnectSockets(close: true) { $0.id == secondSocket.id }
      #expect(try await second.ends())
      #expect(thirdSocket.isConnected && !firstSocket.isConnected && !secondSocket.isConnected)
      namespace.emit("said", ["still here"])
      #expect(try await third.message() == .text("42/room,[\"said\",\"still here\"]"))
    }
  }

  @Test("an authorisation that never ends is refused in time, and the client's other namespaces stay")
  func hangingAuthorisation() async throws {
    try await TestServer.run({ $0.connectTimeout = .milliseconds(1500) }) { server in
      let isCancelled = Locked(false)
      server.sockets.namespace("/hangs").authorise { _ in
        do { try await Task.sleep(for: .seconds(600)) } catch { isCancelled.withLock { $0 = true } }
        return ()
      }
      let (webSocket, _) = try await client(server)
      webSocket.send("40/hangs")
      #expect(try await webSocket.message() == .text("44/hangs,{\"message\":\"Timed out\"}"))
      #expect(try await eventually { isCancelled.withLock { $0 } })
      #expect(server.sockets.namespace("/hangs").sockets().isEmpty)
      server.sockets.namespace("/room").emit("said")
      #expect(try await webSocket.message() == .text("42/room,[\"said\"]"))
    }
  }

  @Test("a response that streams goes on while WebSockets come about beside it")
  func streamBesideUpgrade() async throws {
    try await TestServer.run { server in
      let stream = try await RawConnection(port: server.port)
      stream.send("GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
      for number in 0..<5 {
        let (webSocket, socket) = try await client(server)
        socket.emit("said", .integer(Int64(number)))
        #expect(try await webSocket.message() == .text("42/room,[\"said\",\(number)]"))
        let piece = try await stream.next { bytes, _ in
          bytes.firstRange(of: Array("\n\n".utf8)).map {
            (String(decoding: bytes[..<$0.upperBound], as: UTF8.self), $0.upperBound)
          }
        }
        #expect(piece?.contains("data: \(number)") == true)
      }
      stream.close()
    }
  }
}
