import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// Stands between HTTP's decoder and the rest: makes WebSockets of the requests that ask for one, answers those that may not
/// have it, and lets everything else go on as plain HTTP.
///
/// Any request of a connection may ask, not only the first: there are clients and proxies that send it on a connection which
/// polling used before. So the HTTP side stays in the pipeline behind the gate, idle, until the channel closes.
final class UpgradeGate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case open
    /// The head of a request has come that becomes a WebSocket with its end.
    case upgrading(HTTPRequestHead, WebSocketRequest, EngineConnection?)
    /// What still comes is dropped, and nothing of HTTP goes out.
    case over
  }

  private let servers: [EngineServer]
  private let encoder: HTTPResponseEncoder
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private var state = State.open
  private var requestsUnderWay = 0

  init(
    _ servers: [EngineServer], encoder: HTTPResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>
  ) {
    self.servers = servers
    self.encoder = encoder
    self.decoder = decoder
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (state, unwrapInboundIn(data)) {
    case (.over, _):
      break
    case (.upgrading(let head, let wanted, let existing), .end):
      upgrade(context, head, wanted, existing)
    case (.upgrading, _):
      break
    case (.open, .head(var head)):
      guard !head.headers[canonicalForm: "upgrade"].isEmpty else {
        requestsUnderWay += 1
        return context.fireChannelRead(data)
      }
      guard let wanted = WebSocketRequest(head, context.channel, servers) else {
        requestsUnderWay += 1
        head.headers.remove(name: "upgrade")
        // The decoder reads nothing behind a request for an upgrade.
        head.headers.replaceOrAdd(name: "connection", value: "close")
        return context.fireChannelRead(wrapInboundOut(.head(head)))
      }
      do throws(EngineError) {
        guard requestsUnderWay == 0, wanted.isValid(head) else { throw .badRequest }
        state = .upgrading(head, wanted, try wanted.session(head))
      } catch {
        refuse(context, error)
      }
    case (.open, _):
      context.fireChannelRead(data)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .over = state {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    if case .end = unwrapOutboundIn(data) { requestsUnderWay -= 1 }
    context.write(data, promise: promise)
  }

  /// The HTTP side has nothing to close any more.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if case .over = state {
      promise?.succeed()
    } else {
      context.close(mode: mode, promise: promise)
    }
  }

  private func upgrade(
    _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ wanted: WebSocketRequest,
    _ existing: EngineConnection?
  ) {
    // NIO's own upgrader makes the answer; the pipeline is ours, without an encoder, since frames come encoded.
    let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: HTTPHeaders())
      .whenComplete { result in
        let (gate, context) = bound.value
        switch result {
        case .success(let headers): gate.become(context, headers, wanted, existing)
        case .failure: gate.refuse(context, .badRequest)
        }
      }
  }

  private func become(
    _ context: ChannelHandlerContext, _ headers: HTTPHeaders, _ wanted: WebSocketRequest, _ existing: EngineConnection?
  ) {
    state = .over
    let answer = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
    context.writeAndFlush(wrapOutboundOut(.head(answer)), promise: nil)
    let pipeline = context.pipeline.syncOperations
    let maximum = min(max(wanted.server.configuration.maxPayload, 1), Int(UInt32.max))
    do {
      // What a client does not take stays in the session's queue, where it is counted.
      try context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(low: 32_768, high: 65_536))
      pipeline.removeHandler(encoder, promise: nil)
      try pipeline.addHandlers(
        [
          ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: maximum)),
          WebSocketHandler(server: wanted.server, request: wanted.request, existing: existing),
        ], position: .before(self))
      // Last, since it hands on the bytes that it has already.
      pipeline.removeHandler(decoder, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  private func refuse(_ context: ChannelHandlerContext, _ error: EngineError) {
    state = .over
    let status = HTTPResponseStatus(statusCode: error.status)
    let headers = HTTPHeaders([
      ("Content-Type", "text/html"), ("Content-Length", "\(error.message.utf8.count)"), ("Connection", "close"),
    ])
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: error.message)))), promise: nil)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
  }
}

/// A request for a WebSocket of one of the servers.
struct WebSocketRequest {
  var server: EngineServer
  var request: EngineRequest

  /// Nil if it is for something else.
  init?(_ head: HTTPRequestHead, _ channel: any Channel, _ servers: [EngineServer]) {
    guard head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }) else { return nil }
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts.first.map { $0.hasSuffix("/") ? String($0) : "\($0)/" }
    guard let server = servers.first(where: { $0.configuration.path == path }) else { return nil }
    self.server = server
    request = EngineRequest(
      headers: HTTPFields(head.headers, splitCookie: false),
      query: Query.parse(parts.count > 1 ? String(parts[1]) : nil),
      remoteAddress: channel.remoteAddress?.ipAddress)
  }

  /// The session that it wants to carry on; nil to begin one.
  func session(_ head: HTTPRequestHead) throws(EngineError) -> EngineConnection? {
    let target = try server.target(
      method: head.method.rawValue, request: request, host: head.headers.first(name: "host"), isUpgrade: true)
    return if case .session(let connection) = target { connection } else { nil }
  }

  /// Whether it has what RFC 6455, section 4.2.1 asks for.
  func isValid(_ head: HTTPRequestHead) -> Bool {
    head.headers["sec-websocket-key"].count == 1 && head.headers["sec-websocket-version"] == ["13"]
      && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
  }
}
