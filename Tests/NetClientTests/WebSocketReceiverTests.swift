import Testing

@testable import NetClient

@Suite("WebSocket frames")
struct WebSocketReceiverTests {
  private func code(_ action: WebSocketReceiver.Action?) -> UInt16? {
    if case .fail(let close)? = action { close.code } else { nil }
  }

  private func receive(
    _ receiver: inout WebSocketReceiver, _ opcode: WebSocketReceiver.Opcode, _ payload: [UInt8], isFinal: Bool = true
  ) -> WebSocketReceiver.Action? {
    receiver.receive(opcode, isFinal: isFinal, isMasked: false, hasReservedBits: false, payload)
  }

  @Test("violations of the framing are failures with their codes")
  func violations() {
    let fresh = WebSocketReceiver(maximumMessageBytes: 10)
    var receiver = fresh
    #expect(code(receive(&receiver, .continuation, [])) == 1002)
    receiver = fresh
    #expect(receive(&receiver, .text, [], isFinal: false) == nil)
    #expect(code(receive(&receiver, .text, [])) == 1002)
    receiver = fresh
    #expect(code(receive(&receiver, .ping, [], isFinal: false)) == 1002)
    #expect(code(receive(&receiver, .close, [3])) == 1002)
    #expect(code(receive(&receiver, .unknown, [])) == 1002)
    #expect(code(receive(&receiver, .text, [0xc3, 0x28])) == 1007)
    #expect(code(receive(&receiver, .binary, [UInt8](repeating: 0, count: 11))) == 1009)
    receiver = fresh
    let masked = receiver.receive(.text, isFinal: true, isMasked: true, hasReservedBits: false, [])
    #expect(code(masked) == 1002)
    let reserved = receiver.receive(.text, isFinal: true, isMasked: false, hasReservedBits: true, [])
    #expect(code(reserved) == 1002)
  }

  @Test("a goodbye without a code is 1005")
  func close() {
    var receiver = WebSocketReceiver(maximumMessageBytes: 10)
    #expect(receive(&receiver, .close, []) == .closed(WebSocketClose(code: 1005, reason: "")))
    #expect(receive(&receiver, .close, [3, 232, 0x78]) == .closed(WebSocketClose(code: 1000, reason: "x")))
  }
}
