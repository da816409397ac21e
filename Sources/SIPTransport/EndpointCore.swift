internal import Logging
internal import Net
internal import NetNIO
internal import NIOCore
internal import NIOPosix
internal import SIPStack

/// The user agent with its sockets and its timer, confined to one event loop.
///
/// It holds no logic of its own: what arrives goes into the user agent, and what comes out is carried out.
final class EndpointCore {
  let eventLoop: any EventLoop
  let logger: Logger
  let idleTimeout: TimeAmount
  let firstMessageTimeout: TimeAmount
  private let connectTimeout: TimeAmount
  private let maximumConnections: Int
  /// Nil until all sockets are bound; what arrives earlier is lost like any datagram.
  private var agent: UserAgent?
  private var sockets: [(local: SocketEndpoint, channel: any Channel)] = []
  private var servers: [any Channel] = []
  private var connections: [UInt64: any Channel] = [:]
  private var lastConnection: UInt64 = 0
  private var timer: (deadline: Instant, task: Scheduled<Void>)?
  private var calls: [CallHandle: AsyncStream<SIPCallEvent>.Continuation] = [:]
  private let incoming: AsyncStream<SIPCall>.Continuation
  private var emptied: EventLoopPromise<Void>?

  init(
    eventLoop: any EventLoop, configuration: SIPEndpointConfiguration, logger: Logger,
    incoming: AsyncStream<SIPCall>.Continuation
  ) {
    self.eventLoop = eventLoop
    self.logger = logger
    self.incoming = incoming
    idleTimeout = TimeAmount(configuration.idleTimeout)
    firstMessageTimeout = TimeAmount(configuration.firstMessageTimeout)
    connectTimeout = TimeAmount(configuration.connectTimeout)
    maximumConnections = configuration.maximumConnections
  }

  // MARK: Life

  func addSocket(_ channel: any Channel, local: SocketEndpoint) {
    sockets.append((local, channel))
  }

  func addServer(_ channel: any Channel) {
    servers.append(channel)
  }

  func begin(_ agent: UserAgent) {
    self.agent = agent
  }

  var counters: UserAgentCounters { agent?.counters ?? UserAgentCounters() }

  func dialog(of call: CallHandle) -> DialogID? { agent?.dialog(of: call) }

  func drain() {
    agent?.drain()
  }

  /// Hangs up all calls and completes when their BYEs are answered or given up.
  func hangUpAll() -> EventLoopFuture<Void> {
    agent?.drain()
    for handle in Array(calls.keys) { command { $0.hangUp(handle, text: "Shutting down", at: $1) } }
    let promise = emptied ?? eventLoop.makePromise(of: Void.self)
    emptied = promise
    checkEmpty()
    return promise.futureResult
  }

  func giveUpWaiting() {
    emptied?.succeed()
    emptied = nil
  }

  /// Closes all sockets; nothing happens afterwards.
  func close() -> [EventLoopFuture<Void>] {
    timer?.task.cancel()
    timer = nil
    agent = nil
    incoming.finish()
    for continuation in calls.values { continuation.finish() }
    calls = [:]
    let channels = servers + sockets.map(\.channel) + connections.values
    servers = []
    sockets = []
    connections = [:]
    return channels.map { channel in
      // Closing twice is no error here.
      channel.close().flatMapErrorThrowing { _ in }
    }
  }

  private func checkEmpty() {
    guard emptied != nil, agent.map({ $0.counters.liveCalls == 0 }) ?? true else { return }
    giveUpWaiting()
  }

  // MARK: Input

  func receive(datagram: [UInt8], from flow: Flow) {
    command { $0.receive(datagram, from: flow, at: $1) }
  }

  func receive(_ outcome: ParseOutcome, from flow: Flow) {
    command { $0.receive(outcome, from: flow, at: $1) }
  }

  /// Notes a stream connection; nil when there are too many.
  func register(_ channel: any Channel, local: SocketEndpoint, remote: SocketEndpoint) -> Flow? {
    guard agent != nil, connections.count < maximumConnections else { return nil }
    lastConnection &+= 1
    let flow = Flow(transport: .tcp, local: local, remote: remote, connection: lastConnection)
    connections[flow.connection] = channel
    agent?.connectionOpened(flow)
    return flow
  }

  func unregister(_ flow: Flow) {
    guard connections.removeValue(forKey: flow.connection) != nil else { return }
    command { $0.connectionClosed(flow, at: $1) }
  }

  func isInUse(_ flow: Flow) -> Bool {
    agent?.isInUse(flow) ?? false
  }

  /// Lets the user agent take an input, carries out what it wants, and sets the timer.
  func command(_ body: (inout UserAgent, Instant) -> [Output]) {
    guard agent != nil else { return }
    if let outputs = mutate({ body(&$0, .now) }) { carryOut(outputs) }
    schedule()
    checkEmpty()
  }

  /// Sends an INVITE.
  func call(_ call: OutgoingCall) throws(CallError) -> SIPCall {
    guard let (started, outputs) = try agent?.call(call, at: .now) else { throw .closed }
    let result = makeCall(
      started.handle, .outgoing, started.request, offer: nil, remote: nil, admission: nil)
    carryOut(outputs)
    schedule()
    return result
  }

  private func mutate(_ body: (inout UserAgent) -> [Output]) -> [Output]? {
    guard var current = agent.take() else { return nil }
    // Taken out meanwhile, so that it is changed in place and not copied.
    let outputs = body(&current)
    agent = current
    return outputs
  }

  private func schedule() {
    guard let deadline = agent?.nextDeadline else { return }
    if let timer, timer.deadline <= deadline { return }
    timer?.task.cancel()
    let task = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(max(.zero, deadline - .now))) { [weak self] in
      self?.timer = nil
      self?.command { $0.advance(to: $1) }
    }
    timer = (deadline, task)
  }

  // MARK: Output

  private func carryOut(_ outputs: [Output]) {
    for output in outputs {
      switch output {
      case .send(let bytes, let flow): send(bytes, flow)
      case .connect(let request, let hop): open(request, hop)
      case .event(.incomingCall(let call)):
        incoming.yield(
          makeCall(
            call.handle, .incoming, call.request, offer: call.offer, remote: call.source.remote,
            admission: call.admission))
      case .event(.call(let handle, let event)):
        guard let continuation = calls[handle] else { break }
        continuation.yield(event)
        if case .ended = event {
          continuation.finish()
          calls[handle] = nil
        }
      }
    }
  }

  private func send(_ bytes: [UInt8], _ flow: Flow) {
    guard flow.transport == .udp else {
      connections[flow.connection]?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
      return
    }
    guard let socket = sockets.first(where: { $0.local == flow.local }) ?? socket(towards: flow.remote) else { return }
    let remote = flow.remote.socketAddress(mapped: socket.local.address.family == .v6)
    socket.channel.writeAndFlush(
      AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: bytes)), promise: nil)
  }

  private func socket(towards remote: SocketEndpoint) -> (local: SocketEndpoint, channel: any Channel)? {
    sockets.first { $0.local.address.family == remote.address.family } ?? sockets.first
  }

  private func open(_ request: FlowRequestID, _ hop: Hop) {
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let flow = NameResolver.addresses(of: hop.address.host, on: eventLoop).flatMap { addresses in
      bound.value.flow(to: addresses.map { SocketEndpoint($0, port: hop.address.port) }, over: hop.transport)
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

  /// The way to a peer that has these addresses.
  private func flow(to remotes: [SocketEndpoint], over transport: TransportKind) -> EventLoopFuture<Flow> {
    switch transport {
    case .udp:
      // An IPv6 socket reaches IPv4 as well, by mapped addresses.
      let hasIPv6 = sockets.contains { $0.local.address.family == .v6 }
      let remote = remotes.first { $0.address.family == .v4 || hasIPv6 }
      guard let remote, let socket = socket(towards: remote) else {
        return eventLoop.makeFailedFuture(UnreachableFamily())
      }
      return eventLoop.makeSucceededFuture(Flow(transport: .udp, local: socket.local, remote: remote))
    case .tcp: return connect(to: remotes[...])
    case .tls: return eventLoop.makeFailedFuture(SIPEndpointError.unsupported(.tls))
    }
  }

  /// Connects to the first of these that takes the connection, in order (RFC 3263 4.3).
  private func connect(to remotes: ArraySlice<SocketEndpoint>) -> EventLoopFuture<Flow> {
    guard let remote = remotes.first else { return eventLoop.makeFailedFuture(UnreachableFamily()) }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let attempt = ClientBootstrap(group: eventLoop)
      .connectTimeout(connectTimeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ConnectionHandler(core: bound.value, isInbound: false))
        }
      }
      .connect(to: remote.socketAddress())
      .flatMapThrowing { channel in
        let handler = try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        guard let flow = handler.register(channel) else { throw ChannelError.alreadyClosed }
        return flow
      }
    guard remotes.count > 1 else { return attempt }
    return attempt.flatMapError { _ in bound.value.connect(to: remotes.dropFirst()) }
  }

  private func makeCall(
    _ handle: CallHandle, _ direction: CallDirection, _ request: SIPRequest, offer: SessionDescription?,
    remote: SocketEndpoint?, admission: Admission?
  ) -> SIPCall {
    // A peer can flood digits; the latest events count, the end among them.
    let (events, continuation) = AsyncStream.makeStream(
      of: SIPCallEvent.self, bufferingPolicy: .bufferingNewest(1024))
    calls[handle] = continuation
    return SIPCall(
      handle: handle, direction: direction, request: request, offer: offer, remoteAddress: remote,
      admission: admission, events: events, endpoint: EndpointReference(NIOLoopBound(self, eventLoop: eventLoop)))
  }
}

/// The core as other threads may hold it: they can ask it to do things, in order.
struct EndpointReference: Sendable {
  private let core: NIOLoopBound<EndpointCore>

  init(_ core: NIOLoopBound<EndpointCore>) {
    self.core = core
  }

  /// Runs `body` on the event loop, after what was asked for before.
  func command(_ body: @escaping @Sendable (inout UserAgent, Instant) -> [Output]) {
    run { $0.command(body) }
  }

  func run(_ body: @escaping @Sendable (EndpointCore) -> Void) {
    core.eventLoop.execute { body(core.value) }
  }

  /// Runs `body` on the event loop and returns its result.
  func ask<Result: Sendable>(_ body: @escaping @Sendable (EndpointCore) throws -> Result) -> EventLoopFuture<Result> {
    core.eventLoop.submit { try body(core.value) }
  }
}

/// There is no socket of a family that the peer has an address in.
private struct UnreachableFamily: Error, CustomStringConvertible {
  var description: String { "no listener of its address family" }
}
