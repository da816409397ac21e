import NIOCore
import NIOWebSocket

/// The event loop's end of a WebSocket: obeys `WebSocketReceiver`, answers pings, sends its own, and notices a peer that
/// has fallen silent.
final class WebSocketFrameHandler: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  /// The outbound event that asks for the closing handshake.
  struct Close: Sendable {
    var close: WebSocketClose
  }

  private var receiver: WebSocketReceiver
  private let continuation: AsyncStream<WebSocketMessage>.Continuation
  private let pingInterval: TimeAmount
  private let idleTimeout: TimeAmount
  private var lastReceived = NIODeadline.distantPast
  private var hasEnded = false
  private var sentClose: WebSocketClose?
  private var timer: Scheduled<Void>?
  private let onClose: @Sendable () -> Void
  private var endedByUs = false

  init(
    maximumMessageBytes: Int, continuation: AsyncStream<WebSocketMessage>.Continuation, pingInterval: TimeAmount,
    idleTimeout: TimeAmount, onClose: @escaping @Sendable () -> Void
  ) {
    receiver = WebSocketReceiver(maximumMessageBytes: maximumMessageBytes)
    self.continuation = continuation
    self.pingInterval = pingInterval
    self.idleTimeout = idleTimeout
    self.onClose = onClose
  }

  func handlerAdded(context: ChannelHandlerContext) {
    lastReceived = context.eventLoop.now
    scheduleTimer(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    end(WebSocketClose(code: 1006, reason: "the connection broke"))
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    end(sentClose ?? WebSocketClose(code: 1006, reason: "the connection broke"))
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastReceived = context.eventLoop.now
    guard !hasEnded else { return }
    let frame = unwrapInboundIn(data)
    let opcode: WebSocketReceiver.Opcode =
      switch frame.opcode {
      case .continuation: .continuation
      case .text: .text
      case .binary: .binary
      case .connectionClose: .close
      case .ping: .ping
      case .pong: .pong
      default: .unknown
      }
    let action = receiver.receive(
      opcode, isFinal: frame.fin, isMasked: frame.maskKey != nil,
      hasReservedBits: frame.rsv1 || frame.rsv2 || frame.rsv3, Array(frame.unmaskedData.readableBytesView))
    switch action {
    case nil:
      break
    case .deliver(let message):
      guard case .dropped = continuation.yield(message) else { return }
      fail(context, WebSocketClose(code: 1008, reason: "the reader lags too far behind"))
    case .pong(let payload):
      send(context, .pong, payload)
    case .closed(let close):
      if sentClose == nil { sendClose(context, close.code == 1005 ? .normal : close) }
      end(endedByUs ? sentClose ?? close : close)
      context.close(promise: nil)
    case .fail(let close):
      fail(context, close)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case NIOWebSocketError.invalidFrameLength:
      fail(context, WebSocketClose(code: 1009, reason: "a frame larger than the bound"))
    case is NIOWebSocketError:
      fail(context, WebSocketClose(code: 1002, reason: "a broken frame"))
    default:
      end(WebSocketClose(code: 1006, reason: "the connection broke"))
      context.close(promise: nil)
    }
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard let request = event as? Close else {
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    promise?.succeed()
    guard !hasEnded, sentClose == nil else { return }
    endedByUs = true
    sendClose(context, request.close)
    timer?.cancel()
    let channel = context.channel
    context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
  }

  private func scheduleTimer(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: pingInterval) {
      let (handler, context) = bound.value
      handler.tick(context)
    }
  }

  private func tick(_ context: ChannelHandlerContext) {
    guard !hasEnded, context.channel.isActive else { return }
    if context.eventLoop.now - lastReceived >= idleTimeout {
      end(WebSocketClose(code: 1006, reason: "the peer fell silent"))
      context.close(promise: nil)
      return
    }
    send(context, .ping, [])
    scheduleTimer(context)
  }

  private func fail(_ context: ChannelHandlerContext, _ close: WebSocketClose) {
    guard !hasEnded else { return }
    if sentClose == nil { sendClose(context, close) }
    end(close)
    context.close(promise: nil)
  }

  private func sendClose(_ context: ChannelHandlerContext, _ close: WebSocketClose) {
    sentClose = close
    let code = [UInt8(truncatingIfNeeded: close.code >> 8), UInt8(truncatingIfNeeded: close.code)]
    send(context, .connectionClose, code + Array(close.reason.utf8.prefix(123)))
  }

  private func send(_ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ payload: [UInt8]) {
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: payload))
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }

  private func end(_ close: WebSocketClose) {
    guard !hasEnded else { return }
    hasEnded = true
    timer?.cancel()
    onClose()
    // Where the reader's queue is full, the end of the stream itself tells it.
    continuation.yield(.closed(close))
    continuation.finish()
  }
}
