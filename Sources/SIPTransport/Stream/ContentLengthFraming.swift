internal import SIPStack

/// The framing of TCP and TLS: Content-Length, and CRLF to keep alive (RFC 3261 18.3, RFC 5626 3.5.1).
struct ContentLengthFraming: StreamFraming {
  private static let pong: [UInt8] = [0x0D, 0x0A]

  private var framer = StreamFramer()

  mutating func receive(_ bytes: some Sequence<UInt8>) -> [StreamEvent] {
    framer.receive(bytes).compactMap { event in
      switch event {
      case .message(let outcome): .message(outcome)
      case .ping: .reply(Self.pong)
      case .pong: nil
      case .framingLost(let error, let request): .lost(request.map { .malformedRequest($0) } ?? .unusable(error))
      }
    }
  }

  func frame(_ message: [UInt8]) -> [UInt8] { message }
}
