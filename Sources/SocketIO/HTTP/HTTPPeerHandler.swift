import NIOCore
import NIOHTTPTypes

/// Watches the channel of an HTTP connection, and ends the Engine.IO sessions when the server is to come to rest: a GET
/// that waits would hold it up.
final class HTTPPeerHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  private let peer: HTTPPeer
  private let servers: [EngineServer]

  init(_ peer: HTTPPeer, servers: [EngineServer]) {
    self.peer = peer
    self.servers = servers
  }

  func channelInactive(context: ChannelHandlerContext) {
    peer.didClose()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { peer.didClose() }
    // Passed on first, so that a connection without a request closes at once.
    context.fireUserInboundEventTriggered(event)
    if event is ChannelShouldQuiesceEvent { for server in servers { server.shutdown() } }
  }
}
