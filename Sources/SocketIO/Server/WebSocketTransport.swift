import NIOCore

/// A WebSocket as the rest of the server sees it. May be used from any thread.
final class WebSocketTransport: Sendable {
  let eventLoop: any EventLoop
  private let channel: any Channel
  private let handler: NIOLoopBound<WebSocketHandler>

  /// Made on the event loop.
  init(channel: any Channel, handler: WebSocketHandler) {
    eventLoop = channel.eventLoop
    self.channel = channel
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
  }

  /// There is something to take.
  func wake() { eventLoop.execute { self.drain() } }

  /// Sends what there is. On the event loop only.
  func drain() { handler.value.drain() }

  /// Sends a packet past the queue.
  func reply(_ packet: EncodedPacket) {
    eventLoop.execute { self.handler.value.write(packet.frame) }
  }

  /// Sends what is left and closes.
  func close() {
    eventLoop.execute { self.handler.value.closeFromHere() }
  }
}
