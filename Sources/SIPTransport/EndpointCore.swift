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
  let connectTimeout: TimeAmount
  let maximumUnsent: Int
  let connectors: [TransportKind: StreamConnector]
  /// Nil until all sockets are bound; what arrives earlier is lost like any datagram.
  var agent: UserAgent?
  private(set) var sockets: [(local: SocketEndpoint, channel: any Channel)] = []
  private var servers: [any Channel] = []
  var connections: ConnectionTable
  var unreadLines = LogAllowance(burst: 10, interval: .seconds(6))
  private var refusalLines = LogAllowance(burst: 20, interval: .seconds(1))
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
    maximumUnsent = configuration.maximumUnsent
    connectors = StreamConnector.all(configuration)
    connections = ConnectionTable(
      maximum: configuration.maximumConnections, maximumBacklog: configuration.maximumUnsentInAll)
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
    let channels = servers + sockets.map(\.channel) + connections.removeAll().map(\.channel)
    servers = []
    sockets = []
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
        let offered = makeCall(
          call.handle, .incoming, call.request, offer: call.offer, remote: call.source.remote,
          admission: call.admission)
        // The reader is behind, or gone.
        guard case .enqueued = incoming.yield(offered) else {
          command { $0.turnAway(call.handle, at: $1) }
          break
        }
      case .event(.callRefused(let call)): tellRefused(call)
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

  /// The line that a refused call leaves in the log; in a flood one a second, with how many were left out.
  private func tellRefused(_ call: RefusedCall) {
    guard let untold = refusalLines.take(at: .now) else { return }
    var metadata: Logger.Metadata = [
      "call": "\(call.callID)", "from": "\(call.from)", "to": "\(call.to)", "peer": "\(call.peer)",
      "status": "\(call.status)", "why": "\(call.why)",
    ]
    if untold > 0 { metadata["left_out"] = "\(untold)" }
    logger.notice("a call is refused", metadata: metadata)
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
