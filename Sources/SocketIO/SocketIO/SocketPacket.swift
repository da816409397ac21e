/// A Socket.IO packet (protocol revision 5).
package struct SocketPacket: Equatable {
  /// The digit that it begins with; binary events and acks are events and acks with attachments.
  package enum Kind: UInt8 {
    case connect = 0
    case disconnect
    case event
    case ack
    case connectError
  }

  var kind: Kind
  var namespace = "/"
  /// Of the ack that is wanted or given.
  var id: Int?
  var data: EventValue?
}

extension SocketPacket {
  /// The first bytes: type, attachments, namespace, id.
  static func head(_ kind: Kind, attachments: Int, namespace: String, id: Int?) -> [UInt8] {
    let binaryOffset: UInt8 = attachments > 0 ? 3 : 0
    var text: [UInt8] = [UInt8(ascii: "0") + kind.rawValue + binaryOffset]
    if attachments > 0 { text += "\(attachments)-".utf8 }
    if namespace != "/" { text += "\(namespace),".utf8 }
    if let id { text += String(id).utf8 }
    return text
  }

  /// The Engine.IO packets that it is sent as.
  package func encoded() -> [EncodedPacket] {
    var body: [UInt8] = []
    var attachments: [[UInt8]] = []
    data?.write(to: &body, attachments: &attachments)
    let head = Self.head(kind, attachments: attachments.count, namespace: namespace, id: id)
    return [EncodedPacket(type: UInt8(ascii: "4"), head, body)] + attachments.map { EncodedPacket(binary: $0) }
  }
}

/// An event on its way to many: encoded but for its end, where the offset goes once it is known.
struct EncodedEvent: Sendable {
  private let text: [UInt8]
  let attachments: [EncodedPacket]
  let hasID: Bool

  init(_ name: String, _ arguments: [EventValue], namespace: String, id: Int? = nil) {
    var body: [UInt8] = [UInt8(ascii: "[")]
    var attachments: [[UInt8]] = []
    JSONText.write(name, to: &body)
    for argument in arguments {
      body.append(UInt8(ascii: ","))
      argument.write(to: &body, attachments: &attachments)
    }
    text = SocketPacket.head(.event, attachments: attachments.count, namespace: namespace, id: id) + body
    self.attachments = attachments.map { EncodedPacket(binary: $0) }
    hasID = id != nil
  }

  /// Whether a client that was away can be given it later.
  var isRecoverable: Bool { attachments.isEmpty && !hasID }

  /// The packet of text, with an offset as an argument more.
  func packet(offset: String? = nil) -> EncodedPacket {
    EncodedPacket(type: UInt8(ascii: "4"), text, Array(offset.map { ",\"\($0)\"]" }?.utf8 ?? "]".utf8))
  }
}
