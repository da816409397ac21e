package import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

extension HTTPServerBuilder {
  /// HTTP/1.1 whose connections may become WebSockets of `servers`. `idleTimeout` ends connections without a request.
  package static func upgradable(_ servers: [EngineServer], idleTimeout: Duration? = nil) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      UpgradableChannel(responder: responder, servers: servers, idleTimeout: idleTimeout)
    }
  }
}

/// A connection that speaks HTTP/1.1 until one of its requests asks for a WebSocket.
struct UpgradableChannel: ServerChildChannel, HTTPChannelHandler {
  struct Value: ServerChildChannelValue {
    let http: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    let peer: HTTPPeer
    var channel: any Channel { http.channel }
  }

  let responder: HTTPChannelHandler.Responder
  let servers: [EngineServer]
  let idleTimeout: Duration?

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let peer = HTTPPeer(address: channel.remoteAddress?.ipAddress)
      let encoder = HTTPResponseEncoder()
      let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandlers([
        encoder, decoder, UpgradeGate(servers, encoder: encoder, decoder: decoder),
        HTTP1ToHTTPServerCodec(secure: false), HTTPPeerHandler(peer, servers: servers),
        HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger),
      ])
      let http = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
      return Value(http: http, peer: peer)
    }
  }

  /// Ends with the connection, also with one that became a WebSocket.
  func handle(value: Value, logger: Logger) async {
    await HTTPPeer.$current.withValue(value.peer) { await handleHTTP(asyncChannel: value.http, logger: logger) }
  }
}
