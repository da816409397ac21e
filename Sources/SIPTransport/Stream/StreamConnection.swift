internal import Logging
internal import NIOCore
internal import Net
internal import NetNIO
internal import SIPStack

/// One stream connection: bytes in, framed into messages, and messages out, no more of them than its peer takes.
final class StreamConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// Who opened it.
  enum Origin {
    case peer
    /// We did; the future ends when it is secured.
    case us(EventLoopFuture<Void>)
  }

  let channel: any Channel
  private let core: EndpointCore
  private let transport: TransportKind
  private let origin: Origin
  private var framing: any StreamFraming
  private(set) var backlog: SendBacklog
  private var flow: Flow?
  private var isClosing = false
  private var hasMessage = false
  private var idleTask: Scheduled<Void>?
  private var lastRead: NIODeadline = .now()

  private init(_ channel: any Channel, _ connector: StreamConnector, _ origin: Origin, core: EndpointCore) {
    self.channel = channel
    self.core = core
    self.origin = origin
    transport = connector.transport
    framing = connector.makeFraming()
    backlog = SendBacklog(limit: core.maximumUnsent)
  }

  /// Puts our end of a connection that a peer has opened into its pipeline, above what secures it.
  static func add(accepted channel: any Channel, _ connector: StreamConnector, core: EndpointCore) throws {
    try connector.security.secure(accepted: channel)
    try channel.pipeline.syncOperations.addHandler(StreamConnection(channel, connector, .peer, core: core))
  }

  /// The same for one that we open to `host`.
  static func add(
    opened channel: any Channel, to host: Host, _ connector: StreamConnector, core: EndpointCore
  ) throws {
    let secured = try connector.security.secure(opened: channel, to: host)
    try channel.pipeline.syncOperations.addHandler(StreamConnection(channel, connector, .us(secured), core: core))
  }

  // MARK: Life

  /// The flow of a connection of ours, when it is secured.
  func opened() -> EventLoopFuture<Flow> {
    guard case .us(let secured) = origin else { return channel.eventLoop.makeFailedFuture(ChannelError.alreadyClosed) }
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    return secured.flatMapThrowing {
      guard let flow = bound.value.register() else {
        bound.value.close()
        throw ChannelError.alreadyClosed
      }
      return flow
    }
  }

  func channelActive(context: ChannelHandlerContext) {
    switch origin {
    case .peer where register() == nil: close()
    case .peer: watch(for: core.firstMessageTimeout)
    case .us: watch(for: core.connectTimeout)
    }
    context.fireChannelActive()
  }

  /// Enters the connection into the endpoint's table, from which its flow has its number.
  private func register() -> Flow? {
    if let flow { return flow }
    guard !isClosing, let local = SocketEndpoint(channel.localAddress),
      let remote = SocketEndpoint(channel.remoteAddress)
    else { return nil }
    flow = core.register(self, transport, local: local, remote: remote)
    return flow
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    idleTask?.cancel()
    let flow = flow.take()
    if let flow { core.unregister(flow) }
    context.fireChannelInactive()
  }

  func close() {
    isClosing = true
    channel.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    core.logger.debug(
      "a SIP connection has failed", metadata: ["transport": "\(transport.rawValue)", "error": "\(error)"])
    close()
  }

  // MARK: In

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastRead = .now()
    // One write for all, however many there are.
    var replies: [UInt8] = []
    for event in framing.receive(unwrapInboundIn(data).readableBytesView) {
      // What was said before may have closed the connection.
      guard !isClosing, let flow else { return }
      switch event {
      case .message(let outcome):
        hasMessage = true
        core.receive(outcome, from: flow)
      case .reply(let bytes): replies += bytes
      case .lost(let outcome):
        core.receive(outcome, from: flow)
        return close()
      }
    }
    if !replies.isEmpty { write(replies) }
  }

  // MARK: Out

  /// Sends a message, unless the peer takes so little that too much waits already: then the connection is closed.
  func send(_ message: [UInt8]) { write(framing.frame(message)) }

  private func write(_ bytes: [UInt8]) {
    guard !isClosing else { return }
    let count = bytes.count
    guard backlog.hasRoom(for: count) else { return giveUp() }
    guard core.mayWait(count), !isClosing else { return }
    backlog.began(count)
    core.connections.backlog.began(count)
    let written = channel.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in
      self.backlog.ended(count)
      self.core.connections.backlog.ended(count)
    }
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: written)
  }

  /// Closes the connection of a peer that does not read.
  func giveUp() {
    guard !isClosing else { return }
    core.tellUnread(channel.remoteAddress, transport, unsent: backlog.count)
    close()
  }

  // MARK: Silence

  private func watch(for time: TimeAmount) {
    idleTask = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      self?.checkIdle(since: time)
    }
  }

  /// Whether it is one of ours that is in use.
  private var isOpened: Bool {
    if case .us = origin { flow != nil } else { false }
  }

  private func checkIdle(since time: TimeAmount) {
    guard !isClosing else { return }
    // Until then, a peer has its time to say something, and one of ours to become secure.
    let limit = hasMessage || isOpened ? core.idleTimeout : time
    let silence = NIODeadline.now() - lastRead
    if silence >= limit, !(flow.map { core.isInUse($0) } ?? false) {
      close()
    } else {
      watch(for: silence >= limit ? limit : limit - silence)
    }
  }
}
