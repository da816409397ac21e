/// What stands between a leg's core and its sockets: how packets are protected on the wire. The core knows plain packets
/// alone, the sockets send what they are given.
///
/// Media path: does not allocate.
enum PacketProtection: Sendable {
  /// RTP/AVP: packets go as they are.
  case none

  /// Bytes that the memory of a packet to send has left behind it, for what a protection adds.
  static let overhead = 64

  /// Opens in place a packet of `count` bytes that came to `port`. Returns the bytes that are left; `nil` when it is not
  /// from whom it should be.
  mutating func open(_ port: MediaPort, _ memory: UnsafeMutableBufferPointer<UInt8>, count: Int) -> Int? {
    switch self {
    case .none: count
    }
  }

  /// Closes in place a packet of `count` bytes that is to leave from `port`. Returns its bytes; `nil` when it must not
  /// leave.
  mutating func close(_ port: MediaPort, _ memory: UnsafeMutableBufferPointer<UInt8>, count: Int) -> Int? {
    switch self {
    case .none: count
    }
  }
}
