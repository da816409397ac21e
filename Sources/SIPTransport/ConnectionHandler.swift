internal import Logging
internal import Net
internal import NetNIO
internal import NIOCore
internal import SIPStack

/// One stream connection: bytes in, framed into messages.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let core: EndpointCore
  private let isInbound: Bool
  private var framer = StreamFramer()
  private var flow: Flow?
  private var hasMessage = false
  private var idleTask: Scheduled<Void>?
  private var lastRead: NIODeadline = .now()

  init(core: EndpointCore, isInbound: Bool) {
    self.core = core
    self.isInbound = isInbound
  }

  func channelActive(context: ChannelHandlerContext) {
    if register(context.channel) == nil {
      context.close(promise: nil)
    } else {
      watch(context, for: isInbound ? core.firstMessageTimeout : core.idleTimeout)
    }
    context.fireChannelActive()
  }

  /// The connection's flow, made when first asked for: a connect completes before the channel becomes active.
  func register(_ channel: any Channel) -> Flow? {
    if let flow { return flow }
    guard let local = SocketEndpoint(channel.localAddress),
      let remote = SocketEndpoint(channel.remoteAddress)
    else { return nil }
    flow = core.register(channel, local: local, remote: remote)
    return flow
  }

  func channelInactive(context: ChannelHandlerContext) {
    idleTask?.cancel()
    if let flow { core.unregister(flow) }
    flow = nil
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let flow else { return }
    lastRead = .now()
    for event in framer.receive(unwrapInboundIn(data).readableBytesView) {
      switch event {
      case .message(let outcome):
        hasMessage = true
        core.receive(outcome, from: flow)
      case .ping:
        context.writeAndFlush(NIOAny(ByteBuffer(string: "\r\n")), promise: nil)
      case .pong: break
      case .framingLost(let error, let request):
        core.receive(request.map { .malformedRequest($0) } ?? .unusable(error), from: flow)
        context.close(promise: nil)
        return
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    core.logger.debug("TCP error", metadata: ["error": "\(error)"])
    context.close(promise: nil)
  }

  private func watch(_ context: ChannelHandlerContext, for time: TimeAmount) {
    idleTask = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      self?.checkIdle(context, since: time)
    }
  }

  private func checkIdle(_ context: ChannelHandlerContext, since time: TimeAmount) {
    guard let flow else { return }
    let limit = hasMessage ? core.idleTimeout : time
    let silence = NIODeadline.now() - lastRead
    if silence >= limit, !core.isInUse(flow) {
      context.close(promise: nil)
    } else {
      watch(context, for: silence >= limit ? limit : limit - silence)
    }
  }
}
