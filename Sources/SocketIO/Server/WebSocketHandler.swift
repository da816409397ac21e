import NIOCore
import NIOWebSocket

/// The end of a WebSocket's pipeline: puts frames together to messages (RFC 6455), and takes from the session's queue what the
/// socket takes. Frames go out encoded as they are queued, so that there is no encoder in the pipeline.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = ByteBuffer

  /// What is taken from the queue at a time, in bytes.
  private static let batch = 65_536

  private let server: EngineServer
  private let request: EngineRequest
  /// The session that it wants to carry on; nil to begin one.
  private let existing: EngineConnection?
  private var connection: EngineConnection?
  private var id: EngineSession.WebSocketID = 1
  private var context: ChannelHandlerContext?
  private var fragments: (opcode: WebSocketOpcode, bytes: [UInt8])?
  private var isClosing = false

  init(server: EngineServer, request: EngineRequest, existing: EngineConnection?) {
    self.server = server
    self.request = request
    self.existing = existing
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let transport = WebSocketTransport(channel: context.channel, handler: self)
    do throws(EngineError) {
      if let existing {
        connection = existing
        id = existing.webSocketOpened(transport)
      } else {
        connection = try server.open(request, webSocket: transport)
        drain()
      }
    } catch {
      close(.init(codeNumber: 1013))
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end(.transportClose) }

  func channelInactive(context: ChannelHandlerContext) {
    end(.transportClose)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? NIOWebSocketError {
      end(.transportError)
      if case .invalidFrameLength = error { close(.messageTooLarge) } else { close(.protocolError) }
    } else {
      end(.transportError)
      context.close(promise: nil)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { drain() }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent:
      server.shutdown()
      // Also one that carries no session yet.
      closeFromHere()
    case let event as ChannelEvent where event == .inputClosed:
      end(.transportClose)
      context.close(promise: nil)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    var frame = unwrapInboundIn(data)
    guard let mask = frame.maskKey, frame.reservedBits.isEmpty else { return fail(.protocolError) }
    frame.data.webSocketUnmask(mask)
    switch frame.opcode {
    case .text, .binary:
      guard fragments == nil else { return fail(.protocolError) }
      if frame.fin {
        deliver(frame.opcode, Array(frame.data.readableBytesView))
      } else {
        fragments = (frame.opcode, Array(frame.data.readableBytesView))
      }
    case .continuation:
      guard let (opcode, bytes) = fragments else { return fail(.protocolError) }
      guard bytes.count + frame.data.readableBytes <= server.configuration.maxPayload else {
        return fail(.messageTooLarge)
      }
      fragments?.bytes += frame.data.readableBytesView
      if frame.fin, let whole = fragments?.bytes {
        fragments = nil
        deliver(opcode, whole)
      }
    case .ping:
      var pong = context.channel.allocator.buffer(capacity: frame.data.readableBytes + 2)
      _ = EncodedPacket.writeHeader(opcode: 0xA, length: frame.data.readableBytes, to: &pong)
      pong.writeBytes(frame.data.readableBytesView)
      // A client that takes nothing gets no pongs either.
      if context.channel.isWritable { write(pong) }
    case .connectionClose:
      end(.transportClose)
      close(.normalClosure)
    case .pong:
      break
    default:
      fail(.protocolError)
    }
  }

  private func deliver(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
    if opcode == .text {
      guard String(validating: bytes, as: UTF8.self) != nil else { return fail(.dataInconsistentWithMessage) }
      connection?.webSocketReceived(id, .text(bytes))
    } else {
      connection?.webSocketReceived(id, .binary(bytes))
    }
  }

  private func fail(_ code: WebSocketErrorCode) {
    end(.parseError)
    close(code)
  }

  private func end(_ reason: EngineCloseReason) {
    let connection = connection
    self.connection = nil
    connection?.webSocketClosed(id, reason)
  }
}

// MARK: Out

extension WebSocketHandler {
  /// Sends what is queued, as far as the socket takes it.
  func drain() {
    guard let context, let connection, !isClosing else { return }
    var hasWritten = false
    while context.channel.isWritable {
      let packets = connection.takePackets(limit: Self.batch)
      guard !packets.isEmpty else { break }
      for packet in packets { context.write(wrapOutboundOut(packet.frame), promise: nil) }
      hasWritten = true
    }
    if hasWritten { context.flush() }
  }

  func write(_ bytes: ByteBuffer) {
    guard let context, !isClosing else { return }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
  }

  /// The session is over here: what is left goes out, then the close frame.
  func closeFromHere() {
    drain()
    end(.forcedClose)
    close(.normalClosure)
  }

  /// Sends a close frame and closes. One whose client takes nothing closes without.
  private func close(_ code: WebSocketErrorCode) {
    guard let context, !isClosing else { return }
    isClosing = true
    guard context.channel.isWritable else { return context.close(promise: nil) }
    var frame = context.channel.allocator.buffer(capacity: 4)
    _ = EncodedPacket.writeHeader(opcode: 0x8, length: 2, to: &frame)
    frame.writeInteger(UInt16(webSocketErrorCode: code))
    // From here on towards the socket: the rest of the pipeline does not know that it may be closed.
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(frame)).whenComplete { _ in bound.value.close(promise: nil) }
    // If not even that goes out.
    context.eventLoop.scheduleTask(in: .seconds(5)) { bound.value.close(promise: nil) }
  }
}
