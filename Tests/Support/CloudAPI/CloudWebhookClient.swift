import Coordination
import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP/1.1 client with kept-alive connections to one origin. It is of its own so that what is tested is not
/// what tests.
final class CloudWebhookClient: Sendable {
  struct Answer: Sendable {
    var status: Int
    var body: [UInt8]
    fileprivate var keepsAlive: Bool
  }

  enum Failure: Error {
    /// The URL is not `http://HOST[:PORT]/PATH`.
    case badURL
    case timedOut
    case hungUp
    /// The answer has more than 64 KB.
    case answerTooLong
    case stopped
  }

  private struct State {
    var idle: [any Channel] = []
    var open: [ObjectIdentifier: any Channel] = [:]
    var isStopped = false
  }

  private let host: String
  private let port: Int
  private let path: String
  private let state = Locked(State())

  init(url: String) throws(Failure) {
    guard url.hasPrefix("http://") else { throw .badURL }
    let rest = url.dropFirst(7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let host = parts.first, !host.isEmpty else { throw .badURL }
    guard let port = parts.count == 2 ? Int(parts[1]) : 80, (1...65535).contains(port) else { throw .badURL }
    self.host = String(host)
    self.port = port
    path = rest.count == authority.count ? "/" : String(rest.dropFirst(authority.count))
  }

  /// How many connections are open.
  var connectionCount: Int { state.withLock { $0.open.count } }

  /// Sends one request and reads its whole answer.
  /// - Parameter query: without the `?`; what the URL has comes first.
  func send(
    _ method: HTTPMethod, query: String? = nil, headers: [(String, String)] = [], body: [UInt8] = [],
    timeout: Duration
  ) async throws -> Answer {
    var target = path
    if let query { target += (path.contains("?") ? "&" : "?") + query }
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: target)
    head.headers = HTTPHeaders([
      ("Host", port == 80 ? host : "\(host):\(port)"), ("User-Agent", "facebookexternalua"), ("Accept", "*/*"),
    ])
    for (name, value) in headers { head.headers.replaceOrAdd(name: name, value: value) }
    if method != .GET { head.headers.add(name: "Content-Length", value: "\(body.count)") }
    let limit = TimeAmount.milliseconds(Int64(timeout / .milliseconds(1)))
    let channel = try await connection(limit)
    let promise = channel.eventLoop.makePromise(of: Answer.self)
    let timer = channel.eventLoop.scheduleTask(in: limit) {
      promise.fail(Failure.timedOut)
      channel.close(promise: nil)
    }
    promise.futureResult.whenComplete { _ in timer.cancel() }
    channel.writeAndFlush(Exchange(head: head, body: ByteBuffer(bytes: body), promise: promise))
      .cascadeFailure(to: promise)
    let answer = try await promise.futureResult.get()
    if answer.keepsAlive {
      state.withLock { $0.idle.append(channel) }
    } else {
      channel.close(promise: nil)
    }
    return answer
  }

  /// Closes all connections; requests under way fail.
  func stop() {
    let channels = state.withLock { state in
      state.isStopped = true
      return Array(state.open.values)
    }
    for channel in channels { channel.close(promise: nil) }
  }

  private func connection(_ limit: TimeAmount) async throws -> any Channel {
    while let channel = state.withLock({ $0.idle.popLast() }) {
      if channel.isActive { return channel }
    }
    if state.withLock({ $0.isStopped }) { throw Failure.stopped }
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(limit)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(ExchangeHandler())
        }
      }
      .connect(host: host, port: port).get()
    let isStopped = state.withLock { state in
      state.open[ObjectIdentifier(channel)] = channel
      return state.isStopped
    }
    let state = state
    channel.closeFuture.whenComplete { _ in
      state.withLock { state in
        _ = state.open.removeValue(forKey: ObjectIdentifier(channel))
        state.idle.removeAll { $0 === channel }
      }
    }
    if isStopped {
      channel.close(promise: nil)
      throw Failure.stopped
    }
    return channel
  }
}

private struct Exchange: Sendable {
  var head: HTTPRequestHead
  var body: ByteBuffer
  var promise: EventLoopPromise<CloudWebhookClient.Answer>
}

/// Writes one request at a time and gathers its answer.
private final class ExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = Exchange
  typealias OutboundOut = HTTPClientRequestPart

  private var current: Exchange?
  private var head: HTTPResponseHead?
  private var body: [UInt8] = []

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    current = exchange
    head = nil
    body = []
    context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
    if exchange.body.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
    case .body(let bytes):
      guard body.count + bytes.readableBytes <= 1 << 16 else {
        finish(.failure(CloudWebhookClient.Failure.answerTooLong))
        context.close(promise: nil)
        return
      }
      body += bytes.readableBytesView
    case .end:
      // A second answer without a request is nobody's.
      guard let head, current != nil else {
        context.close(promise: nil)
        return
      }
      finish(
        .success(
          CloudWebhookClient.Answer(status: Int(head.status.code), body: body, keepsAlive: head.isKeepAlive)))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(.failure(CloudWebhookClient.Failure.hungUp))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(.failure(error))
    context.close(promise: nil)
  }

  private func finish(_ result: Result<CloudWebhookClient.Answer, any Error>) {
    current?.promise.completeWith(result)
    current = nil
  }
}
