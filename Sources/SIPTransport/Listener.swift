internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Net
internal import NetNIO
internal import SIPStack

/// A socket of an endpoint, to be bound.
struct Listener {
  /// What a UDP socket may have to send that the kernel does not take; more is lost.
  private static let datagramBacklog = ChannelOptions.Types.WriteBufferWaterMark(low: 512 << 10, high: 1 << 20)

  private let configuration: SIPListener
  private let core: NIOLoopBound<EndpointCore>
  private let eventLoop: any EventLoop

  init(_ configuration: SIPListener, _ core: NIOLoopBound<EndpointCore>, _ eventLoop: any EventLoop) {
    self.configuration = configuration
    self.core = core
    self.eventLoop = eventLoop
  }

  /// Binds it; returns what the user agent has to know of it. Throws `SIPEndpointError`.
  func bind() async throws(SIPEndpointError) -> UserAgentConfiguration.Listener {
    let (transport, requested) = (configuration.transport, configuration.endpoint)
    let local: SocketEndpoint?
    do {
      local = try await bound().get()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw .addressInUse(transport, requested)
    } catch let error as SIPEndpointError {
      throw error
    } catch {
      throw .notBindable(transport, requested, reason: "\(error)")
    }
    guard let local else { throw .notBindable(transport, requested, reason: "it has no IP address") }
    let shown = local.address.isUnspecified ? IPAddress.ofThisMachine(local.address.family) : local.address
    return UserAgentConfiguration.Listener(
      transport: transport, local: local,
      advertised: HostPort(
        host: configuration.externalHost ?? .address(shown), port: configuration.externalPort ?? local.port))
  }

  private func bound() -> EventLoopFuture<SocketEndpoint?> {
    if configuration.transport == .udp { return bindDatagrams() }
    let (core, transport) = (core, configuration.transport)
    return eventLoop.submit { () throws -> StreamConnector in
      guard let connector = core.value.connectors[transport], connector.security.accepts else {
        throw SIPEndpointError.unsupported(transport)
      }
      return connector
    }.flatMap { bindStreams($0) }
  }

  private func bindDatagrams() -> EventLoopFuture<SocketEndpoint?> {
    let core = core
    return DatagramBootstrap(group: eventLoop)
      // The largest datagram there is; the usual 2 KiB would cut long INVITEs.
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
      .channelOption(.socketOption(.so_rcvbuf), value: 1 << 20)
      .channelOption(.writeBufferWaterMark, value: Self.datagramBacklog)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(DatagramHandler(core: core.value))
        }
      }
      .bind(to: configuration.endpoint.socketAddress())
      .map { channel in
        guard let local = SocketEndpoint(channel.localAddress) else { return nil }
        core.value.addSocket(channel, local: local)
        return local
      }
  }

  private func bindStreams(_ connector: StreamConnector) -> EventLoopFuture<SocketEndpoint?> {
    let core = core
    return ServerBootstrap(group: eventLoop)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try StreamConnection.add(accepted: channel, connector, core: core.value)
        }
      }
      .bind(to: configuration.endpoint.socketAddress())
      .flatMapThrowing { channel in
        // Behind the handler that takes connections, whose errors it is to see.
        try channel.pipeline.syncOperations.addHandler(AcceptFailureHandler(logger: core.value.logger))
        core.value.addServer(channel)
        return SocketEndpoint(channel.localAddress)
      }
  }
}
