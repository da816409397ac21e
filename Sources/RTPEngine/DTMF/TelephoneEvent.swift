/// The payload of a telephone-event packet (RFC 4733 section 2.3).
struct TelephoneEvent: Sendable, Equatable {
  static let size = 4

  var event: UInt8
  var isEnd: Bool
  /// Power below 0 dBm0, 0 to 63.
  var volume: UInt8
  /// In timestamp units, counted from the packet's timestamp.
  var duration: UInt16

  init(event: UInt8, isEnd: Bool, volume: UInt8 = 10, duration: UInt16) {
    self.event = event
    self.isEnd = isEnd
    self.volume = volume & 0x3F
    self.duration = duration
  }

  /// The first event of `payload`; `nil` when it is too short.
  init?(_ payload: Span<UInt8>) {
    guard payload.count >= TelephoneEvent.size else { return nil }
    event = payload[0]
    isEnd = payload[1] & 0x80 != 0
    volume = payload[1] & 0x3F
    duration = payload.bigEndian16(at: 2)
  }

  /// Writes the four bytes at `offset`, where the caller has made sure of room.
  func write(into datagram: inout MutableSpan<UInt8>, at offset: Int) {
    datagram[offset] = event
    datagram[offset + 1] = (isEnd ? 0x80 : 0) | volume
    datagram.storeBigEndian(duration, at: offset + 2)
  }
}
