import FoundationEssentials

/// The instants of all machines here: handed in, never asked for.
package typealias Instant = ContinuousClock.Instant

/// What an Engine.IO message carries. Text is valid UTF-8.
package enum EngineMessage: Sendable, Equatable {
  case text([UInt8])
  case binary([UInt8])
}

/// An Engine.IO packet as a client sends it.
enum EnginePacket: Equatable {
  case open
  case close
  case ping([UInt8])
  case pong([UInt8])
  case message(EngineMessage)
  case upgrade
  case noop
}

extension EnginePacket {
  /// Between the packets of a payload.
  static let separator: UInt8 = 0x1E
  /// The packets that one payload may hold; a body of the largest size could hold half a million.
  static let maximumPacketsInPayload = 16_384

  /// Reads one packet in its text form; nil if it is none.
  init?(text bytes: some RandomAccessCollection<UInt8>) {
    guard let type = bytes.first else { return nil }
    let rest = Array(bytes.dropFirst())
    switch type {
    case UInt8(ascii: "0"): self = .open
    case UInt8(ascii: "1"): self = .close
    case UInt8(ascii: "2"): self = .ping(rest)
    case UInt8(ascii: "3"): self = .pong(rest)
    case UInt8(ascii: "4"):
      guard String(validating: rest, as: UTF8.self) != nil else { return nil }
      self = .message(.text(rest))
    case UInt8(ascii: "5"): self = .upgrade
    case UInt8(ascii: "6"): self = .noop
    default: return nil
    }
  }

  /// Reads the body of a polling request; nil if any of its packets is none.
  static func payload(_ body: [UInt8]) -> [EnginePacket]? {
    let parts = body.split(separator: separator, maxSplits: maximumPacketsInPayload, omittingEmptySubsequences: false)
    guard parts.count <= maximumPacketsInPayload else { return nil }
    var packets: [EnginePacket] = []
    packets.reserveCapacity(parts.count)
    for part in parts {
      if part.first == UInt8(ascii: "b") {
        guard let data = Data(base64Encoded: Data(part.dropFirst())) else { return nil }
        packets.append(.message(.binary(Array(data))))
      } else {
        guard let packet = EnginePacket(text: part) else { return nil }
        packets.append(packet)
      }
    }
    return packets
  }
}
