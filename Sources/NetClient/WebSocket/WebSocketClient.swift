import Coordination
import Net
import NetNIO
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Opens WebSockets (RFC 6455), plain or over TLS.
public struct WebSocketClient: Sendable {
  /// What all connections of a client share.
  public struct Configuration: Sendable {
    /// TCP, TLS and upgrade together. Default 5 s.
    public var connectTimeout: Duration
    /// How often a ping is sent. Default 5 s.
    public var pingInterval: Duration
    /// A peer of which nothing, not even a pong, has come for so long is taken for dead. Default 12 s.
    public var idleTimeout: Duration
    /// The largest message taken, in bytes. Default 1 MiB.
    public var maximumMessageBytes: Int
    /// How much may wait to be sent, in bytes. Default 1 MiB.
    public var maximumQueuedBytes: Int
    /// A file of trusted certificates in PEM instead of the system's. Default nil.
    public var caFile: String?

    /// A configuration; the defaults suit live audio.
    public init(
      connectTimeout: Duration = .seconds(5), pingInterval: Duration = .seconds(5),
      idleTimeout: Duration = .seconds(12), maximumMessageBytes: Int = 1 << 20, maximumQueuedBytes: Int = 1 << 20,
      caFile: String? = nil
    ) {
      self.connectTimeout = connectTimeout
      self.pingInterval = pingInterval
      self.idleTimeout = idleTimeout
      self.maximumMessageBytes = maximumMessageBytes
      self.maximumQueuedBytes = maximumQueuedBytes
      self.caFile = caFile
    }
  }

  private enum Outcome: Sendable {
    case open(WebSocketConnection)
    case refused(EventLoopFuture<RefusedUpgrade>)
  }

  private struct Attempt: Sendable {
    var channel: any Channel
    var handshake: EventLoopFuture<Void>?
    var upgrade: EventLoopFuture<Outcome>

    /// Closes the channel if the upgrade has not come about by then. All of it happens on the event loop: on a busy
    /// machine the task that waits may get its thread much later, and a connection that was open in time must not be
    /// closed meanwhile.
    func fail(after limit: TimeAmount, _ note: @escaping @Sendable () -> Void) {
      let timer = channel.eventLoop.scheduleTask(in: limit) { [channel] in
        note()
        channel.close(promise: nil)
      }
      upgrade.whenComplete { outcome in
        if case .success(.refused(let answer)) = outcome {
          answer.whenComplete { _ in timer.cancel() }
        } else {
          timer.cancel()
        }
      }
      channel.closeFuture.whenComplete { _ in timer.cancel() }
    }
  }

  private let configuration: Configuration
  private let tls: Result<TLSContext, TLSError>

  /// A client; loads the trusted certificates once.
  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    do throws(TLSError) {
      tls = .success(try TLSContext.client(caFile: configuration.caFile))
    } catch {
      tls = .failure(error)
    }
  }

  /// Opens `url` (`ws` or `wss`). `headers` go into the upgrade request.
  public func connect(_ url: String, headers: [HTTPHeader] = []) async throws(WebSocketError) -> WebSocketConnection {
    guard let address = HTTPAddress(url, schemes: ["ws": 80, "wss": 443]) else {
      throw WebSocketError(
        kind: .invalidRequest, host: "", message: "the URL is not an absolute ws or wss one; check base_url")
    }
    guard headers.allSatisfy(\.isSendable) else {
      throw WebSocketError(
        kind: .invalidRequest, host: address.host,
        message: "a header holds characters that can't be sent; check the key for line ends")
    }
    let isLate = Locked(false)
    do {
      return try await open(address, headers, isLate)
    } catch {
      throw translated(error, address.host, isLate: isLate.withLock { $0 })
    }
  }

  private func open(
    _ address: HTTPAddress, _ headers: [HTTPHeader], _ isLate: Locked<Bool>
  ) async throws -> WebSocketConnection {
    let limit = TimeAmount.nanoseconds(Int64(configuration.connectTimeout.wholeMilliseconds) * 1_000_000)
    let attempt = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connectTimeout(limit)
      .connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let attempt = try prepare(channel, address, headers)
          attempt.fail(after: limit) { isLate.withLock { $0 = true } }
          return attempt
        }
      }
    let channel = attempt.channel
    return try await withTaskCancellationHandler {
      do {
        try await attempt.handshake?.get()
      } catch {
        // The upgrade fails as well, but it is the handshake that knows why.
        channel.close(promise: nil)
        _ = try? await attempt.upgrade.get()
        throw error
      }
      switch try await attempt.upgrade.get() {
      case .open(let connection):
        return connection
      case .refused(let answer):
        let refused = try await answer.get()
        channel.close(promise: nil)
        throw refused
      }
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  private func prepare(_ channel: any Channel, _ address: HTTPAddress, _ headers: [HTTPHeader]) throws -> Attempt {
    var handshake: EventLoopFuture<Void>?
    if address.scheme == "wss" {
      handshake = try TLSHandler.addClient(tls.get(), serverName: address.host, to: channel)
    }
    var fields = HTTPHeaders()
    let host = address.host.contains(":") ? "[\(address.host)]" : address.host
    let isDefaultPort = address.port == (address.scheme == "wss" ? 443 : 80)
    fields.add(name: "Host", value: isDefaultPort ? host : "\(host):\(address.port)")
    for header in headers { fields.add(name: header.name, value: header.value) }
    let configuration = configuration
    let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(
      maxFrameSize: min(max(configuration.maximumMessageBytes, 1), Int(UInt32.max)),
      enableAutomaticErrorHandling: false,
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture { .open(try Self.install(on: channel, configuration)) }
      })
    let upgrade = NIOTypedHTTPClientUpgradeConfiguration<Outcome>(
      upgradeRequestHead: HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target, headers: fields),
      upgraders: [upgrader],
      notUpgradingCompletionHandler: { channel in
        channel.eventLoop.makeCompletedFuture {
          let answer = channel.eventLoop.makePromise(of: RefusedUpgrade.self)
          try channel.pipeline.syncOperations.addHandler(RefusedUpgradeReader(answer))
          return .refused(answer.futureResult)
        }
      })
    var pipeline = NIOUpgradableHTTPClientPipelineConfiguration<Outcome>(upgradeConfiguration: upgrade)
    // A server may send its first frame together with the 101.
    pipeline.leftOverBytesStrategy = .forwardBytes
    return Attempt(
      channel: channel, handshake: handshake,
      upgrade: try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline))
  }

  private static func install(on channel: any Channel, _ configuration: Configuration) throws -> WebSocketConnection {
    let (messages, continuation) = AsyncStream.makeStream(
      of: WebSocketMessage.self, bufferingPolicy: .bufferingOldest(4096))
    let connection = WebSocketConnection(
      channel: channel, messages: messages, maximumQueuedBytes: configuration.maximumQueuedBytes)
    try channel.pipeline.syncOperations.addHandler(
      WebSocketFrameHandler(
        maximumMessageBytes: configuration.maximumMessageBytes, continuation: continuation,
        pingInterval: .milliseconds(Int64(max(1, configuration.pingInterval.wholeMilliseconds))),
        idleTimeout: .milliseconds(Int64(max(1, configuration.idleTimeout.wholeMilliseconds))),
        onClose: { [weak connection] in connection?.didClose() }))
    return connection
  }

  private func translated(_ error: any Error, _ host: String, isLate: Bool) -> WebSocketError {
    let limit = "\(configuration.connectTimeout.wholeMilliseconds) ms"
    switch error {
    case _ where isLate:
      return WebSocketError(
        kind: .timedOut, host: host, message: "not open within \(limit); check the network and the provider's status")
    case is CancellationError:
      return WebSocketError(kind: .cancelled, host: host, message: "cancelled")
    case let error as TLSError:
      return WebSocketError(kind: .tls, host: host, message: error.description)
    case let refused as RefusedUpgrade where refused.status == 101:
      return WebSocketError(kind: .notAWebSocket, host: host, message: "its answer to the upgrade is not valid")
    case let refused as RefusedUpgrade:
      return WebSocketError(
        kind: .refused(status: refused.status, body: refused.body), host: host,
        message: "refused the WebSocket with status \(refused.status)")
    case let error as NIOConnectionError:
      if error.connectionErrors.isEmpty {
        return WebSocketError(
          kind: .cannotResolve, host: host, message: "the name has no address; check the URL and the DNS")
      }
      let isTimeout = error.connectionErrors.contains { failure in
        if case ChannelError.connectTimeout = failure.error { true } else { false }
      }
      return WebSocketError(
        kind: isTimeout ? .timedOut : .cannotConnect, host: host,
        message: isTimeout
          ? "no connection within \(limit); check the network"
          : "nobody accepts connections there; check the URL and the firewall")
    default:
      return WebSocketError(
        kind: .cannotConnect, host: host, message: "the connection broke before it was open")
    }
  }
}
