public import Net
public import NIOCore

/// TLS in a channel, for either end, above nothing but the socket. What is written before the handshake is through
/// waits for it.
public final class TLSHandler: ChannelDuplexHandler {
  /// Ciphertext.
  public typealias InboundIn = ByteBuffer
  /// Plaintext.
  public typealias InboundOut = ByteBuffer
  /// Plaintext.
  public typealias OutboundIn = ByteBuffer
  /// Ciphertext.
  public typealias OutboundOut = ByteBuffer

  private var session: TLSSession
  private var waiting: [(ByteBuffer, EventLoopPromise<Void>?)] = []
  private var handshake: EventLoopPromise<Void>?
  private var hasFailed = false

  /// A handler that drives `session`. `handshake` is completed when the handshake is through or has failed.
  public init(_ session: consuming TLSSession, handshake: EventLoopPromise<Void>? = nil) {
    self.session = session
    self.handshake = handshake
  }

  /// Puts the client's end for `serverName` into a channel's pipeline; on its event loop. The future ends with the
  /// handshake.
  public static func addClient(
    _ context: TLSContext, serverName: String, to channel: any Channel
  ) throws -> EventLoopFuture<Void> {
    let handler = TLSHandler(
      try TLSSession(client: context, serverName: serverName), handshake: nil)
    let promise = channel.eventLoop.makePromise(of: Void.self)
    handler.handshake = promise
    do {
      try channel.pipeline.syncOperations.addHandler(handler)
    } catch {
      promise.fail(error)
    }
    return promise.futureResult
  }

  /// Puts the server's end into a channel's pipeline; on its event loop.
  public static func addServer(_ context: TLSContext, to channel: any Channel) throws {
    try channel.pipeline.syncOperations.addHandler(TLSHandler(try TLSSession(server: context)))
  }

  /// Begins the handshake if the channel is already open.
  public func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { step(context) }
  }

  /// Leaves no promise open.
  public func handlerRemoved(context: ChannelHandlerContext) {
    finishHandshake(.failure(TLSError.closed))
    failWaiting(ChannelError.ioOnClosedChannel)
  }

  /// Begins the handshake.
  public func channelActive(context: ChannelHandlerContext) {
    step(context)
    context.fireChannelActive()
  }

  /// Fails a handshake that was under way.
  public func channelInactive(context: ChannelHandlerContext) {
    finishHandshake(.failure(TLSError.closed))
    failWaiting(ChannelError.ioOnClosedChannel)
    context.fireChannelInactive()
  }

  /// Decrypts.
  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasFailed else { return }
    let bytes = Array(unwrapInboundIn(data).readableBytesView)
    do {
      let wasEstablished = session.isEstablished
      let plaintext = try session.receive(bytes)
      if session.isEstablished, !wasEstablished { established(context) }
      sendOutgoing(context)
      if !plaintext.isEmpty { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: plaintext))) }
      if session.isClosedByPeer { context.close(promise: nil) }
    } catch {
      fail(context, error)
    }
  }

  /// Queues until `flush`.
  public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !hasFailed else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    waiting.append((unwrapOutboundIn(data), promise))
  }

  /// Encrypts and sends what is queued.
  public func flush(context: ChannelHandlerContext) {
    guard session.isEstablished else { return }
    sendWaiting(context)
  }

  /// Says goodbye, then closes.
  public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if !hasFailed {
      session.close()
      sendOutgoing(context)
    }
    context.close(mode: mode, promise: promise)
  }

  private func step(_ context: ChannelHandlerContext) {
    do {
      try session.advance()
      if session.isEstablished { established(context) }
      sendOutgoing(context)
    } catch {
      fail(context, error)
    }
  }

  private func established(_ context: ChannelHandlerContext) {
    finishHandshake(.success(()))
    sendWaiting(context)
  }

  private func sendWaiting(_ context: ChannelHandlerContext) {
    let queued = waiting
    waiting = []
    for (index, (buffer, promise)) in queued.enumerated() {
      do {
        try session.send(Array(buffer.readableBytesView))
        context.write(wrapOutboundOut(ByteBuffer(bytes: session.takeOutgoing())), promise: promise)
      } catch {
        for (_, promise) in queued[index...] { promise?.fail(error) }
        fail(context, error)
        return
      }
    }
    context.flush()
  }

  private func sendOutgoing(_ context: ChannelHandlerContext) {
    let bytes = session.takeOutgoing()
    guard !bytes.isEmpty else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }

  private func fail(_ context: ChannelHandlerContext, _ error: TLSError) {
    guard !hasFailed else { return }
    hasFailed = true
    // The alert that tells the peer why.
    sendOutgoing(context)
    finishHandshake(.failure(error))
    failWaiting(error)
    context.fireErrorCaught(error)
    context.close(promise: nil)
  }

  private func finishHandshake(_ result: Result<Void, any Error>) {
    let promise = handshake
    handshake = nil
    promise?.completeWith(result)
  }

  private func failWaiting(_ error: any Error) {
    let queued = waiting
    waiting = []
    for (_, promise) in queued { promise?.fail(error) }
  }
}

@available(*, unavailable)
extension TLSHandler: Sendable {}
