internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Net
internal import NetNIO
internal import SIPStack

/// The paths that messages take: sockets, connections, and how a connection comes to be.
extension EndpointCore {
  // MARK: Connections

  /// Notes a stream connection; nil when there are too many.
  func register(
    _ connection: StreamConnection, _ transport: TransportKind, local: SocketEndpoint, remote: SocketEndpoint
  ) -> Flow? {
    guard agent != nil, let number = connections.add(connection) else { return nil }
    let flow = Flow(transport: transport, local: local, remote: remote, connection: number)
    agent?.connectionOpened(flow)
    return flow
  }

  func unregister(_ flow: Flow) {
    guard connections.remove(flow.connection) else { return }
    command { $0.connectionClosed(flow, at: $1) }
  }

  func isInUse(_ flow: Flow) -> Bool {
    agent?.isInUse(flow) ?? false
  }

  /// Whether so many bytes more may wait to be sent. When all connections together have too much of it, the one with
  /// the most makes room.
  func mayWait(_ bytes: Int) -> Bool {
    while !connections.backlog.hasRoom(for: bytes) {
      guard let slowest = connections.slowest else { return false }
      slowest.giveUp()
      guard connections.slowest !== slowest else { return false }
    }
    return true
  }

  func tellUnread(_ peer: SocketAddress?, _ transport: TransportKind, unsent: Int) {
    guard let untold = unreadLines.take(at: .now) else { return }
    logger.notice(
      "a SIP connection is closed, since its peer does not read",
      metadata: [
        "peer": "\(SocketEndpoint(peer).map { "\($0)" } ?? "unknown")", "transport": "\(transport.rawValue)",
        "unsent": "\(unsent)", "left_out": "\(untold)",
      ])
  }

  // MARK: Sending

  func send(_ bytes: [UInt8], _ flow: Flow) {
    guard flow.transport == .udp else {
      connections[flow.connection]?.send(bytes)
      return
    }
    guard let socket = sockets.first(where: { $0.local == flow.local }) ?? socket(towards: flow.remote) else { return }
    // A datagram that would wait is lost, as it could be anywhere on its way.
    guard socket.channel.isWritable else { return }
    let remote = flow.remote.socketAddress(mapped: socket.local.address.family == .v6)
    socket.channel.writeAndFlush(
      AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: bytes)), promise: nil)
  }

  private func socket(towards remote: SocketEndpoint) -> (local: SocketEndpoint, channel: any Channel)? {
    sockets.first { $0.local.address.family == remote.address.family } ?? sockets.first
  }

  // MARK: Finding a path

  func open(_ request: FlowRequestID, _ hop: Hop) {
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let flow = NameResolver.addresses(of: hop.address.host, on: eventLoop).flatMap { addresses in
      bound.value.flow(to: addresses.map { SocketEndpoint($0, port: hop.address.port) }, hop)
    }
    flow.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let flow): self.command { $0.flowOpened(request, flow, at: $1) }
      case .failure(let error):
        self.logger.info(
          "SIP peer can't be reached", metadata: ["transport": "\(hop.transport)", "error": "\(error)"])
        self.command { $0.flowFailed(request, at: $1) }
      }
    }
  }

  /// The way to a hop that has these addresses.
  private func flow(to remotes: [SocketEndpoint], _ hop: Hop) -> EventLoopFuture<Flow> {
    guard hop.transport == .udp else {
      guard let connector = connectors[hop.transport] else {
        return eventLoop.makeFailedFuture(SIPEndpointError.unsupported(hop.transport))
      }
      return connect(to: remotes[...], of: hop.address.host, connector)
    }
    // An IPv6 socket reaches IPv4 as well, by mapped addresses.
    let hasIPv6 = sockets.contains { $0.local.address.family == .v6 }
    let remote = remotes.first { $0.address.family == .v4 || hasIPv6 }
    guard let remote, let socket = socket(towards: remote) else {
      return eventLoop.makeFailedFuture(UnreachableFamily())
    }
    return eventLoop.makeSucceededFuture(Flow(transport: .udp, local: socket.local, remote: remote))
  }

  /// Connects to the first of these that takes the connection, in order (RFC 3263 4.3).
  private func connect(
    to remotes: ArraySlice<SocketEndpoint>, of host: Host, _ connector: StreamConnector
  ) -> EventLoopFuture<Flow> {
    guard let remote = remotes.first else { return eventLoop.makeFailedFuture(UnreachableFamily()) }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let attempt = ClientBootstrap(group: eventLoop)
      .connectTimeout(connectTimeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try StreamConnection.add(opened: channel, to: host, connector, core: bound.value)
        }
      }
      .connect(to: remote.socketAddress())
      .flatMap { channel in
        do {
          return try channel.pipeline.syncOperations.handler(type: StreamConnection.self).opened()
        } catch {
          return channel.eventLoop.makeFailedFuture(error)
        }
      }
    guard remotes.count > 1 else { return attempt }
    return attempt.flatMapError { _ in bound.value.connect(to: remotes.dropFirst(), of: host, connector) }
  }
}

/// There is no socket of a family that the peer has an address in.
private struct UnreachableFamily: Error, CustomStringConvertible {
  var description: String { "no listener of its address family" }
}
