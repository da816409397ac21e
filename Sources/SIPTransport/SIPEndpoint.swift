public import Logging
public import Net
internal import NetNIO
public import NIOCore
public import SIPStack

/// SIP over UDP and TCP: listeners, calls in and out. One event loop of the group owns all of its state.
public final class SIPEndpoint: Sendable {
  /// What was bound, in the order of the configuration, with the ports that the kernel chose.
  public let boundAddresses: [UserAgentConfiguration.Listener]
  /// Calls that ask to be taken, for one reader. Each has got its 100. So many wait as
  /// `SIPEndpointConfiguration.maximumWaitingCalls` says; whoever calls beyond that gets 503 with Retry-After.
  public let incomingCalls: AsyncStream<SIPCall>
  private let reference: EndpointReference
  private let eventLoop: any EventLoop

  private init(
    boundAddresses: [UserAgentConfiguration.Listener], incomingCalls: AsyncStream<SIPCall>,
    reference: EndpointReference, eventLoop: any EventLoop
  ) {
    self.boundAddresses = boundAddresses
    self.incomingCalls = incomingCalls
    self.reference = reference
    self.eventLoop = eventLoop
  }

  /// Binds the listeners and begins to take messages. Throws `SIPEndpointError` when that can't be done.
  public static func start(
    _ configuration: SIPEndpointConfiguration, group: any EventLoopGroup, logger: Logger
  ) async throws -> SIPEndpoint {
    guard !configuration.listeners.isEmpty else { throw SIPEndpointError.noListeners }
    let eventLoop = group.next()
    // What is yielded beyond it is turned away by the core.
    let (incomingCalls, continuation) = AsyncStream.makeStream(
      of: SIPCall.self, bufferingPolicy: .bufferingOldest(configuration.maximumWaitingCalls))
    let core = try await eventLoop.submit {
      NIOLoopBound(
        EndpointCore(eventLoop: eventLoop, configuration: configuration, logger: logger, incoming: continuation),
        eventLoop: eventLoop)
    }.get()
    let reference = EndpointReference(core)
    var listeners: [UserAgentConfiguration.Listener] = []
    do {
      for listener in configuration.listeners {
        listeners.append(try await Listener(listener, core, eventLoop).bind())
      }
    } catch {
      await close(reference, eventLoop)
      throw error
    }
    var agentConfiguration = configuration.userAgent
    agentConfiguration.listeners = listeners
    var random = SystemRandomNumberGenerator()
    let agent = UserAgent(
      configuration: agentConfiguration, seed: (random.next(), random.next()), at: .now)
    try await reference.ask { $0.begin(agent) }.get()
    return SIPEndpoint(
      boundAddresses: listeners, incomingCalls: incomingCalls, reference: reference, eventLoop: eventLoop)
  }

  /// Calls `target`; returns when the INVITE has left, or waits for its connection. Throws `CallError`.
  /// - Parameters:
  ///   - from: what From shows; nil for our own address.
  ///   - transport: nil lets the target's `transport` parameter decide, else UDP.
  ///   - credentials: for a peer that asks.
  ///   - ringTimeout: the call is taken back after so long without an answer.
  ///   - routes: where to send the INVITE instead of to the target, such as an outbound proxy.
  ///   - address: where the first hop is, if that was looked up already.
  ///   - headers: more fields for the INVITE.
  public func call(
    _ target: SIPURI, from: NameAddress? = nil, offer: SessionDescription, transport: TransportKind? = nil,
    credentials: SIPCredentials? = nil, ringTimeout: Duration = .seconds(60), routes: [NameAddress] = [],
    at address: IPAddress? = nil, headers: Headers = Headers()
  ) async throws -> SIPCall {
    var call = OutgoingCall(target: target, offer: offer)
    call.from = from
    call.transport = transport
    call.credentials = credentials
    call.ringTimeout = ringTimeout
    call.routes = routes
    call.destination = address.map { SocketEndpoint($0, port: 0) }
    call.headers = headers
    let request = call
    return try await reference.ask { try $0.call(request) }.get()
  }

  /// The address of `host` that calls go to: its first in a family that there is a listener of. Throws `CallError` or
  /// what the resolver says.
  public func address(of host: String) async throws -> IPAddress {
    let families = Set(boundAddresses.map(\.local.address.family))
    // A socket for IPv6 reaches IPv4 as well.
    let found = try await NameResolver.addresses(of: Host(host)).first { $0.family == .v4 || families.contains(.v6) }
    guard let found else { throw CallError.noListener }
    return found
  }

  /// What has been seen and what exists.
  public func counters() async -> UserAgentCounters {
    (try? await reference.ask { $0.counters }.get()) ?? UserAgentCounters()
  }

  /// Takes and makes no more calls; those that exist go on.
  public func drain() {
    reference.run { $0.drain() }
  }

  /// Hangs up all calls, waits at most two seconds for the answers to the BYEs, and closes all sockets.
  public func shutdown() async {
    try? await reference.ask { core in
      core.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) { core.giveUpWaiting() }
      return core.hangUpAll()
    }.flatMap { $0 }.get()
    await Self.close(reference, eventLoop)
  }

  private static func close(_ reference: EndpointReference, _ eventLoop: any EventLoop) async {
    guard let closing = try? await reference.ask({ $0.close() }).get() else { return }
    for future in closing { try? await future.get() }
  }
}
