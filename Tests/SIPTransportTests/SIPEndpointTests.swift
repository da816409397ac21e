import Logging
import Net
import NIOCore
import NIOPosix
import SIPStack
import SIPTransport
import Testing

@Suite("SIP over real sockets", .timeLimit(.minutes(1))) struct SIPEndpointTests {
  @Test("a call between two endpoints, hung up by the called one", arguments: [TransportKind.udp, .tcp])
  func call(_ transport: TransportKind) async throws {
    let called = try await start()
    let caller = try await start()
    let answer = try offer(2)
    let server = Task { () -> CallEnding? in
      for await call in called.incomingCalls {
        #expect(call.offer != nil)
        call.ring()
        call.answer(answer)
        for await event in call.events {
          switch event {
          case .established: call.hangUp(cause: 16, text: "bye")
          case .ended(let ending): return ending
          default: break
          }
        }
      }
      return nil
    }
    let call = try await caller.call(uri(of: called, transport), offer: offer(), transport: transport)
    var events: [SIPCallEvent] = []
    for await event in call.events { events.append(event) }
    guard case .ended(let ending) = events.last else {
      Issue.record("no end")
      return
    }
    #expect(ending == CallEnding(by: .remote, cause: 16, text: "bye"))
    #expect(events.contains { if case .answered(let description) = $0 { description == answer } else { false } })
    #expect(await server.value?.by == .local)
    await caller.shutdown()
    await called.shutdown()
  }

  @Test("over TCP the called one's BYE comes on the connection of the INVITE, even if Contact can't be reached")
  func sameConnection() async throws {
    let called = try await start([.tcp])
    // Port 1 of the loopback answers nobody: only the connection itself leads back.
    let caller = try await start([.tcp]) {
      $0.listeners[0].externalHost = .address(.loopback)
      $0.listeners[0].externalPort = 1
    }
    let answer = try offer(2)
    let server = Task {
      for await call in called.incomingCalls {
        call.answer(answer)
        for await event in call.events { if case .established = event { call.hangUp() } }
        return
      }
    }
    let call = try await caller.call(uri(of: called, .tcp), offer: offer(), transport: .tcp)
    var ending: CallEnding?
    for await event in call.events { if case .ended(let value) = event { ending = value } }
    #expect(ending?.by == .remote)
    await server.value
    await caller.shutdown()
    await called.shutdown()
  }

  @Test("a port that is taken is named with what to do", arguments: [TransportKind.udp, .tcp])
  func takenPort(_ transport: TransportKind) async throws {
    let first = try await start([transport])
    let port = try #require(first.boundAddresses.first?.local.port)
    let address = SocketEndpoint(.loopback, port: port)
    await #expect(throws: SIPEndpointError.addressInUse(transport, address)) {
      _ = try await start([transport]) { $0.listeners[0].endpoint.port = port }
    }
    #expect(
      SIPEndpointError.addressInUse(transport, address).description
        == "\(transport.rawValue)://127.0.0.1:\(port) is already in use: "
        + "stop the program that holds it, or listen on another port")
    await first.shutdown()
  }

  @Test("a name is resolved off the loop, and a closed port ends the call", arguments: [true, false])
  func names(_ isOpen: Bool) async throws {
    let called = try await start([.tcp])
    let caller = try await start()
    var target = try uri(of: called, .tcp)
    target.host = "localhost"
    if !isOpen { await called.shutdown() }
    let server = Task {
      for await call in called.incomingCalls { call.reject(status: 486) }
    }
    let call = try await caller.call(target, offer: offer(), transport: .tcp)
    var ending: CallEnding?
    for await event in call.events { if case .ended(let value) = event { ending = value } }
    #expect(ending?.status == (isOpen ? 486 : 503))
    await caller.shutdown()
    await called.shutdown()
    await server.value
  }

  @Test("over UDP a name leads to an address of the socket's family")
  func datagramName() async throws {
    let called = try await start([.udp])
    let caller = try await start([.udp])
    var target = try uri(of: called, .udp)
    target.host = "localhost"
    let server = Task {
      for await call in called.incomingCalls { call.reject(status: 486) }
    }
    let call = try await caller.call(target, offer: offer())
    var ending: CallEnding?
    for await event in call.events { if case .ended(let value) = event { ending = value } }
    #expect(ending?.status == 486)
    await caller.shutdown()
    await called.shutdown()
    await server.value
  }

  @Test("shutting down hangs up and finishes the streams; later calls fail")
  func shutdown() async throws {
    let called = try await start()
    let caller = try await start()
    let answer = try offer(2)
    let server = Task { () -> CallEnding? in
      for await call in called.incomingCalls {
        call.answer(answer)
        for await event in call.events { if case .ended(let ending) = event { return ending } }
      }
      return nil
    }
    let call = try await caller.call(uri(of: called, .udp), offer: offer())
    for await event in call.events {
      if case .answered = event { await caller.shutdown() }
    }
    #expect(await server.value?.by == .remote)
    let target = try uri(of: called, .udp)
    await #expect(throws: CallError.closed) { _ = try await caller.call(target, offer: offer()) }
    await called.shutdown()
  }

  @Test("a CRLF ping gets its pong, and a message cut into pieces its answer")
  func framing() async throws {
    let endpoint = try await start([.tcp])
    let port = try #require(endpoint.boundAddresses.first?.local.port)
    let client = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: Int(port)) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
      }
    }
    try await client.executeThenClose { inbound, outbound in
      var iterator = inbound.makeAsyncIterator()
      try await outbound.write(ByteBuffer(string: "\r\n\r\n"))
      let pong = try #require(try await iterator.next())
      #expect(String(buffer: pong) == "\r\n")
      let text =
        "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
        + "To: <sip:x@127.0.0.1>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
      for piece in [text.prefix(40), text.dropFirst(40)] {
        try await outbound.write(ByteBuffer(string: String(piece)))
      }
      let answer = try #require(try await iterator.next())
      #expect(String(buffer: answer).hasPrefix("SIP/2.0 200 OK\r\n"))
    }
    await endpoint.shutdown()
  }

  @Test("beyond the limit of connections new ones are closed")
  func connectionLimit() async throws {
    let endpoint = try await start([.tcp]) { $0.maximumConnections = 1 }
    let port = try #require(endpoint.boundAddresses.first?.local.port)
    func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
      try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: Int(port)) { channel in
        channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
      }
    }
    let first = try await connect()
    try await first.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: "\r\n\r\n"))
      var iterator = inbound.makeAsyncIterator()
      _ = try await iterator.next()
      let second = try await connect()
      try await second.executeThenClose { inbound, _ in
        for try await _ in inbound { Issue.record("the second connection was served") }
      }
    }
    await endpoint.shutdown()
  }
}
