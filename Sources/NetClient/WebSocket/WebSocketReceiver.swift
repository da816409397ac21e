/// The receiving half of a client's WebSocket (RFC 6455, sections 5.4, 5.5 and 8.1): puts fragments together and says
/// what a frame asks for. Sans-IO.
package struct WebSocketReceiver {
  package enum Opcode {
    case continuation, text, binary, close, ping, pong, unknown
  }

  package enum Action: Equatable {
    case deliver(WebSocketMessage)
    case pong([UInt8])
    /// The peer said goodbye.
    case closed(WebSocketClose)
    /// The peer broke the rules: say so with this code and hang up.
    case fail(WebSocketClose)
  }

  private let maximumMessageBytes: Int
  private var fragments: [UInt8] = []
  private var isText: Bool?

  package init(maximumMessageBytes: Int) {
    self.maximumMessageBytes = maximumMessageBytes
  }

  package mutating func receive(
    _ opcode: Opcode, isFinal: Bool, isMasked: Bool, hasReservedBits: Bool, _ payload: [UInt8]
  ) -> Action? {
    if isMasked { return violation("a server's frame was masked") }
    if hasReservedBits { return violation("a reserved bit was set") }
    switch opcode {
    case .text, .binary:
      guard isText == nil else { return violation("a message began inside another") }
      isText = opcode == .text
      return append(payload, isFinal)
    case .continuation:
      guard isText != nil else { return violation("a continuation of nothing") }
      return append(payload, isFinal)
    case .ping:
      guard isFinal, payload.count <= 125 else { return violation("a bad ping") }
      return .pong(payload)
    case .pong:
      return nil
    case .close:
      guard isFinal, payload.count <= 125, payload.count != 1 else { return violation("a bad close") }
      guard payload.count >= 2 else { return .closed(WebSocketClose(code: 1005, reason: "")) }
      let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
      return .closed(WebSocketClose(code: code, reason: String(decoding: payload[2...], as: UTF8.self)))
    case .unknown:
      return violation("an unknown opcode")
    }
  }

  private mutating func append(_ payload: [UInt8], _ isFinal: Bool) -> Action? {
    guard payload.count <= maximumMessageBytes - fragments.count else {
      return .fail(WebSocketClose(code: 1009, reason: "a message larger than \(maximumMessageBytes) bytes"))
    }
    fragments += payload
    guard isFinal else { return nil }
    defer {
      fragments = []
      isText = nil
    }
    guard isText == true else { return .deliver(.binary(fragments)) }
    guard let text = String(validating: fragments, as: UTF8.self) else {
      return .fail(WebSocketClose(code: 1007, reason: "a text that is not UTF-8"))
    }
    return .deliver(.text(text))
  }

  private func violation(_ reason: String) -> Action {
    .fail(WebSocketClose(code: 1002, reason: reason))
  }
}
