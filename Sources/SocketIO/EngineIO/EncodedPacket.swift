import FoundationEssentials
package import NIOCore

/// An Engine.IO packet ready to be sent: the bytes of its WebSocket frame, which all receivers share. A polling answer is
/// made of the same bytes without the frame's header.
package struct EncodedPacket: Sendable, Equatable {
  /// Header and payload of an unmasked frame, as RFC 6455 has a server send it.
  package let frame: ByteBuffer
  private let headerLength: Int
  private let isBinary: Bool

  /// A text packet: its type, then what `pieces` hold.
  package init(type: UInt8, _ pieces: [UInt8]...) {
    self.init(opcode: 0x1, type: type, pieces)
  }

  /// A binary message, which has no type byte.
  package init(binary bytes: [UInt8]) {
    self.init(opcode: 0x2, type: nil, [bytes])
  }

  private init(opcode: UInt8, type: UInt8?, _ pieces: [[UInt8]]) {
    let length = pieces.reduce(type == nil ? 0 : 1) { $0 + $1.count }
    var frame = ByteBufferAllocator().buffer(capacity: length + 10)
    headerLength = Self.writeHeader(opcode: opcode, length: length, to: &frame)
    if let type { frame.writeInteger(type) }
    for piece in pieces { frame.writeBytes(piece) }
    self.frame = frame
    isBinary = type == nil
  }

  /// Writes the header of a final, unmasked frame and returns how long it is.
  static func writeHeader(opcode: UInt8, length: Int, to frame: inout ByteBuffer) -> Int {
    frame.writeInteger(0x80 | opcode)
    switch length {
    case ..<126:
      frame.writeInteger(UInt8(truncatingIfNeeded: length))
      return 2
    case ...0xFFFF:
      frame.writeInteger(UInt8(126))
      frame.writeInteger(UInt16(truncatingIfNeeded: length))
      return 4
    default:
      frame.writeInteger(UInt8(127))
      frame.writeInteger(UInt64(length))
      return 10
    }
  }

  /// What it counts for in a queue.
  package var byteCount: Int { frame.readableBytes }

  /// The packet without the frame's header.
  package var payload: ByteBufferView { frame.readableBytesView.dropFirst(headerLength) }

  /// The body of a polling answer.
  static func body(of packets: [EncodedPacket]) -> ByteBuffer {
    var body = ByteBufferAllocator().buffer(capacity: packets.reduce(packets.count) { $0 + $1.byteCount })
    for (index, packet) in packets.enumerated() {
      if index > 0 { body.writeInteger(EnginePacket.separator) }
      if packet.isBinary {
        body.writeInteger(UInt8(ascii: "b"))
        body.writeBytes(Data(packet.payload).base64EncodedData())
      } else {
        body.writeBytes(packet.payload)
      }
    }
    return body
  }

  static let close = EncodedPacket(type: UInt8(ascii: "1"))
  static let ping = EncodedPacket(type: UInt8(ascii: "2"))
  static let probePong = EncodedPacket(type: UInt8(ascii: "3"), Array("probe".utf8))
  static let noop = EncodedPacket(type: UInt8(ascii: "6"))

  /// A message of the application.
  static func message(_ message: EngineMessage) -> EncodedPacket {
    switch message {
    case .text(let bytes): EncodedPacket(type: UInt8(ascii: "4"), bytes)
    case .binary(let bytes): EncodedPacket(binary: bytes)
    }
  }
}
