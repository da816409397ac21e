import NIOCore
import NIOWebSocket

/// A stand-in server's end of a WebSocket.
public final class StandInWebSocket: Sendable {
  /// What the client sent, fragments put together.
  public enum Message: Sendable, Equatable {
    /// A text message.
    case text(String)
    /// A binary message.
    case binary([UInt8])
    /// The client said goodbye with this code (1005: none).
    case closed(UInt16)
  }

  /// The request that asked for it.
  public let request: StandInRequest
  /// What arrives. Ends with the connection.
  public let messages: AsyncStream<Message>
  let continuation: AsyncStream<Message>.Continuation
  private let channel: any Channel

  init(channel: any Channel, request: StandInRequest) {
    self.channel = channel
    self.request = request
    (messages, continuation) = AsyncStream.makeStream(of: Message.self)
  }

  /// Sends a text message in one frame.
  public func send(text: String) {
    send(.text, Array(text.utf8))
  }

  /// Sends a binary message in one frame.
  public func send(binary: [UInt8]) {
    send(.binary, binary)
  }

  /// Sends a message in several frames, with a ping between them as is allowed.
  public func send(fragments: [[UInt8]], isText: Bool) {
    for (index, fragment) in fragments.enumerated() {
      let opcode: WebSocketOpcode = index > 0 ? .continuation : isText ? .text : .binary
      send(opcode, fragment, isFinal: index == fragments.count - 1)
      if index == 0 { send(.ping, [1, 2, 3]) }
    }
  }

  /// Sends the goodbye.
  public func close(code: UInt16 = 1000, reason: String = "") {
    send(.connectionClose, [UInt8(code >> 8), UInt8(code & 0xff)] + Array(reason.utf8))
  }

  /// Hangs up without a word.
  public func drop() {
    channel.close(promise: nil)
  }

  /// Stops reading from the socket, so that the peer's pings go unanswered and its data piles up.
  public func freeze() {
    channel.setOption(.autoRead, value: false).whenComplete { _ in }
  }

  func send(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true) {
    channel.writeAndFlush(
      WebSocketFrame(fin: isFinal, opcode: opcode, data: ByteBuffer(bytes: payload)), promise: nil)
  }
}

/// Feeds a `StandInWebSocket` from its channel.
final class StandInWebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame

  private let socket: StandInWebSocket
  private var fragments: [UInt8] = []
  private var isText = false

  init(_ socket: StandInWebSocket) {
    self.socket = socket
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    // RFC 6455, section 5.1: a client must mask.
    guard frame.maskKey != nil else {
      socket.close(code: 1002, reason: "not masked")
      context.close(promise: nil)
      return
    }
    let payload = Array(frame.unmaskedData.readableBytesView)
    switch frame.opcode {
    case .text, .binary, .continuation:
      if frame.opcode != .continuation {
        isText = frame.opcode == .text
        fragments = []
      }
      fragments += payload
      guard frame.fin else { return }
      socket.continuation.yield(isText ? .text(String(decoding: fragments, as: UTF8.self)) : .binary(fragments))
    case .ping:
      socket.send(.pong, payload)
    case .connectionClose:
      let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : 1005
      socket.continuation.yield(.closed(code))
      if code == 1005 { socket.send(.connectionClose, []) } else { socket.close(code: code) }
      let channel = context.channel
      context.eventLoop.scheduleTask(in: .milliseconds(20)) { channel.close(promise: nil) }
    default:
      break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    socket.continuation.finish()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
