import JSON

/// What is wrong with a packet. Any of it ends the connection.
package enum PacketError: Error, Equatable {
  case unknownType
  case illegalAttachments
  case tooManyAttachments
  case illegalNamespace
  case illegalID
  case illegalPayload
  case textBetweenAttachments
  case binaryWithoutHeader
}

/// Puts Socket.IO packets together from Engine.IO messages. Strict, as the reference decoder is: what it does not know ends
/// the connection.
package struct PacketDecoder {
  /// The attachments that a packet may have.
  static let maximumAttachments = 10
  /// The length of a namespace's name, in bytes.
  static let maximumNamespaceLength = 256
  /// Names that mean something to the clients' own machinery.
  static let reservedNames: Set<String> = [
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
  ]

  private struct Pending {
    var packet: SocketPacket
    var count: Int
    var attachments: [[UInt8]] = []
  }

  private var pending: Pending?

  package init() {}

  /// Takes a message; nil while attachments are missing.
  package mutating func decode(_ message: EngineMessage) throws(PacketError) -> SocketPacket? {
    switch message {
    case .text(let bytes):
      guard pending == nil else { throw .textBetweenAttachments }
      return try decodeText(bytes)
    case .binary(let bytes):
      guard var pending else { throw .binaryWithoutHeader }
      pending.attachments.append(bytes)
      guard pending.attachments.count == pending.count else {
        self.pending = pending
        return nil
      }
      self.pending = nil
      guard let data = pending.packet.data?.filled(with: pending.attachments) else { throw .illegalAttachments }
      pending.packet.data = data
      return pending.packet
    }
  }

  private mutating func decodeText(_ bytes: [UInt8]) throws(PacketError) -> SocketPacket? {
    var rest = bytes[...]
    guard let digit = rest.popFirst(), (UInt8(ascii: "0")...UInt8(ascii: "6")).contains(digit) else {
      throw .unknownType
    }
    let number = digit - UInt8(ascii: "0")
    let isBinary = number >= 5
    guard let kind = SocketPacket.Kind(rawValue: isBinary ? number - 3 : number), kind != .connectError else {
      throw .unknownType
    }
    var attachments = 0
    if isBinary {
      guard let count = Self.number(&rest), rest.popFirst() == UInt8(ascii: "-") else { throw .illegalAttachments }
      guard count <= Self.maximumAttachments else { throw .tooManyAttachments }
      attachments = count
    }
    var packet = SocketPacket(kind: kind, namespace: try Self.namespace(&rest))
    if let first = rest.first, Self.isDigit(first) {
      guard let id = Self.number(&rest) else { throw .illegalID }
      packet.id = id
    }
    if !rest.isEmpty {
      guard let value = JSONValue(rest) else { throw .illegalPayload }
      packet.data = EventValue(value)
    }
    try Self.check(packet)
    guard attachments > 0 else {
      if isBinary, packet.data?.filled(with: []) == nil { throw .illegalAttachments }
      return packet
    }
    pending = Pending(packet: packet, count: attachments)
    return nil
  }

  private static func namespace(_ rest: inout ArraySlice<UInt8>) throws(PacketError) -> String {
    guard rest.first == UInt8(ascii: "/") else { return "/" }
    let name = rest.prefix { $0 != UInt8(ascii: ",") }
    guard name.count <= maximumNamespaceLength else { throw .illegalNamespace }
    rest = rest.dropFirst(name.count + 1)
    return String(decoding: name, as: UTF8.self)
  }

  private static func check(_ packet: SocketPacket) throws(PacketError) {
    switch (packet.kind, packet.data) {
    case (.connect, nil), (.connect, .object), (.disconnect, nil): return
    case (.ack, .array):
      guard packet.id != nil else { throw .illegalID }
    case (.event, .array(let values)):
      switch values.first {
      case .string(let name)? where !reservedNames.contains(name): return
      case .integer, .number: return
      default: throw .illegalPayload
      }
    default: throw .illegalPayload
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// Reads decimal digits; nil if there are none or so many that no client means them.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    let digits = rest.prefix { isDigit($0) }
    guard (1...15).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}
