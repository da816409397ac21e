internal import Logging
internal import Net
internal import NetNIO
internal import NIOCore
internal import SIPStack

/// One UDP socket: datagrams in, as they come.
final class DatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let core: EndpointCore
  private var local: SocketEndpoint?

  init(core: EndpointCore) {
    self.core = core
  }

  func channelActive(context: ChannelHandlerContext) {
    local = SocketEndpoint(context.localAddress)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    guard let local, let remote = SocketEndpoint(envelope.remoteAddress), remote.port != 0 else { return }
    core.receive(
      datagram: Array(envelope.data.readableBytesView),
      from: Flow(transport: .udp, local: local, remote: remote))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // One datagram's trouble, such as a port that nobody listens on, is not the socket's.
    core.logger.debug("UDP error", metadata: ["error": "\(error)"])
  }
}
