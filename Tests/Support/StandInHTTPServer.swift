import Coordination
public import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// What a stand-in server does with a request for a WebSocket.
public enum StandInUpgrade: Sendable {
  /// Opens it; the connection is closed when the closure returns.
  case accept(@Sendable (StandInWebSocket) async -> Void)
  /// Answers with a status and a body instead.
  case refuse(status: Int, body: String)
}

/// An HTTP/1.1 and WebSocket server in this process, on 127.0.0.1 and a port of the kernel's choice, that plays a
/// provider in tests and benchmarks.
public final class StandInHTTPServer: Sendable {
  /// Answers one request through the writer. Throwing drops the connection.
  public typealias Handler = @Sendable (StandInRequest, StandInResponseWriter) async throws -> Void

  private struct State {
    var accepted = 0
    var open: [ObjectIdentifier: any Channel] = [:]
    var requests: [StandInRequest] = []
    var recordsRequests: Bool
  }

  /// Where it listens.
  public let port: Int
  private let listener: any Channel
  private let state: Locked<State>

  private init(listener: any Channel, port: Int, state: Locked<State>) {
    self.listener = listener
    self.port = port
    self.state = state
  }

  deinit {
    listener.close(promise: nil)
  }

  /// Starts one.
  /// - Parameters:
  ///   - port: where it listens; 0 lets the kernel choose.
  ///   - recordsRequests: whether `requests` grows; off for benchmarks.
  ///   - prepare: puts handlers (TLS) below HTTP into each new connection's pipeline, on its event loop.
  ///   - webSocket: decides on upgrades; nil refuses all with 404.
  ///   - handler: answers all other requests.
  public static func start(
    port: Int = 0,
    recordsRequests: Bool = true,
    prepare: (@Sendable (any Channel) throws -> Void)? = nil,
    webSocket: (@Sendable (StandInRequest) -> StandInUpgrade)? = nil,
    handler: @escaping Handler
  ) async throws -> StandInHTTPServer {
    let state = Locked(State(recordsRequests: recordsRequests))
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let number = state.withLock { state in
            state.accepted += 1
            state.open[ObjectIdentifier(channel)] = channel
            return state.accepted
          }
          channel.closeFuture.whenComplete { _ in
            state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
          }
          try prepare?(channel)
          try configure(channel, number, state, webSocket, handler)
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    return StandInHTTPServer(listener: listener, port: listener.localAddress?.port ?? 0, state: state)
  }

  /// How many connections were accepted so far.
  public var connectionCount: Int { state.withLock { $0.accepted } }

  /// How many connections are open now.
  public var openConnectionCount: Int { state.withLock { $0.open.count } }

  /// All requests so far, in the order in which their bodies were complete.
  public var requests: [StandInRequest] { state.withLock { $0.requests } }

  /// `http://127.0.0.1:port`.
  public var url: String { "http://127.0.0.1:\(port)" }

  /// Hangs up on everybody without a word.
  public func dropConnections() {
    for channel in state.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
  }

  /// Stops listening and hangs up.
  public func stop() async {
    try? await listener.close()
    dropConnections()
  }

  private static func configure(
    _ channel: any Channel, _ number: Int, _ state: Locked<State>,
    _ webSocket: (@Sendable (StandInRequest) -> StandInUpgrade)?, _ handler: @escaping Handler
  ) throws {
    let record: @Sendable (StandInRequest) -> Void = { request in
      state.withLock { state in
        if state.recordsRequests { state.requests.append(request) }
      }
    }
    let decision = Locked<(StandInRequest, StandInUpgrade)?>(nil)
    let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
      maxFrameSize: 1 << 24,
      shouldUpgrade: { channel, head in
        let request = StandInRequest(
          method: head.method.rawValue, target: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: [],
          connection: number)
        record(request)
        let upgrade = webSocket?(request) ?? .refuse(status: 404, body: "")
        decision.withLock { $0 = (request, upgrade) }
        guard case .refuse(let status, let body) = upgrade else {
          return channel.eventLoop.makeSucceededFuture(HTTPHeaders())
        }
        // NIO forgets the head of a declined request, so nobody further up could answer it.
        let head = HTTPResponseHead(
          version: .http1_1, status: .init(statusCode: status),
          headers: ["content-length": "\(body.utf8.count)", "connection": "close"])
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
        return channel.eventLoop.makeSucceededFuture(nil)
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          guard case (let request, .accept(let serve))? = decision.withLock({ $0 }) else { return }
          let socket = StandInWebSocket(channel: channel, request: request)
          try channel.pipeline.syncOperations.addHandler(StandInWebSocketHandler(socket))
          Task {
            await serve(socket)
            socket.close()
          }
        }
      })
    let upgrade = NIOTypedHTTPServerUpgradeConfiguration<Void>(
      upgraders: [upgrader],
      notUpgradingCompletionHandler: { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            StandInRequestHandler(connection: number, record: record, handler: handler))
        }
      })
    _ = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
      configuration: NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrade))
  }
}

/// Writes one answer. May be used from any task, in order.
public final class StandInResponseWriter: Sendable {
  private let channel: any Channel

  init(_ channel: any Channel) {
    self.channel = channel
  }

  /// Sends the head; the body is chunked unless a `content-length` is among the headers.
  public func head(_ status: Int, _ headers: [(String, String)] = []) async throws {
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(headers))
    try await channel.writeAndFlush(HTTPServerResponsePart.head(head))
  }

  /// Sends a piece of the body and waits until the kernel has taken it.
  public func write(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))))
  }

  /// Sends a piece of the body.
  public func write(_ text: String) async throws {
    try await write(Array(text.utf8))
  }

  /// Ends the answer; the connection stays open.
  public func end() async throws {
    try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
  }

  /// A whole answer at once.
  public func answer(_ status: Int, _ headers: [(String, String)] = [], _ body: [UInt8] = []) async throws {
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: status),
      headers: HTTPHeaders(headers + [("content-length", "\(body.count)")]))
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
    try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
  }

  /// A whole answer in JSON.
  public func answer(_ status: Int, _ headers: [(String, String)] = [], json: String) async throws {
    try await answer(status, headers + [("content-type", "application/json")], Array(json.utf8))
  }

  /// Hangs up without a word.
  public func drop() async {
    try? await channel.close()
  }

  /// Waits until the other side has hung up.
  public func closed() async {
    try? await channel.closeFuture.get()
  }
}

/// Gathers requests and runs the handler for each in a task of its own.
private final class StandInRequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let connection: Int
  private let record: @Sendable (StandInRequest) -> Void
  private let handler: StandInHTTPServer.Handler
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(
    connection: Int, record: @escaping @Sendable (StandInRequest) -> Void, handler: @escaping StandInHTTPServer.Handler
  ) {
    self.connection = connection
    self.record = record
    self.handler = handler
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let bytes):
      body += bytes.readableBytesView
    case .end:
      guard let head else { return }
      let request = StandInRequest(
        method: head.method.rawValue, target: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: body,
        connection: connection)
      record(request)
      let writer = StandInResponseWriter(context.channel)
      let handler = handler
      let channel = context.channel
      let task = Task {
        do {
          try await handler(request, writer)
        } catch {
          await writer.drop()
        }
      }
      channel.closeFuture.whenComplete { _ in task.cancel() }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
