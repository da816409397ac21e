import Coordination
import NIOCore
import NIOWebSocket

/// An open WebSocket, client's end. May be used from any thread.
public final class WebSocketConnection: Sendable {
  /// What arrives, in order; ends after `.closed`. One reader. A reader that lags by more than 4,096 messages loses the
  /// connection, with code 1008.
  public let messages: AsyncStream<WebSocketMessage>

  private struct State {
    var isOpen = true
    var queuedBytes = 0
  }

  private let channel: any Channel
  private let maximumQueuedBytes: Int
  private let state = Locked(State())

  init(channel: any Channel, messages: AsyncStream<WebSocketMessage>, maximumQueuedBytes: Int) {
    self.channel = channel
    self.messages = messages
    self.maximumQueuedBytes = maximumQueuedBytes
  }

  deinit {
    channel.close(promise: nil)
  }

  /// Whether something can still be sent.
  public var isOpen: Bool { state.withLock { $0.isOpen } }

  /// Queues a text message. Never waits; false if the connection is closed or the network lags by more than the bound,
  /// and then nothing is sent.
  @discardableResult
  public func send(text: String) -> Bool {
    send(.text, ByteBuffer(string: text))
  }

  /// Queues a binary message. Never waits; false as for text.
  @discardableResult
  public func send(binary: [UInt8]) -> Bool {
    send(.binary, ByteBuffer(bytes: binary))
  }

  /// Says goodbye after what is queued, and hangs up when the peer has answered or a second has passed. May be called
  /// more than once.
  public func close(_ close: WebSocketClose = .normal) {
    let wasOpen = state.withLock { state in
      defer { state.isOpen = false }
      return state.isOpen
    }
    guard wasOpen else { return }
    channel.triggerUserOutboundEvent(WebSocketFrameHandler.Close(close: close), promise: nil)
  }

  func didClose() {
    state.withLock { $0.isOpen = false }
  }

  private func send(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) -> Bool {
    let size = payload.readableBytes
    let isAccepted = state.withLock { state in
      guard state.isOpen, size <= maximumQueuedBytes - state.queuedBytes else { return false }
      state.queuedBytes += size
      return true
    }
    guard isAccepted else { return false }
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: payload)
    channel.writeAndFlush(frame).whenComplete { [weak self] _ in
      self?.state.withLock { $0.queuedBytes -= size }
    }
    return true
  }
}
