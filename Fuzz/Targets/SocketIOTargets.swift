import SocketIO

extension FuzzTarget {
  /// Polling bodies, messages of WebSockets and the time, in any order: a session keeps within its bound, and says nothing
  /// more once it has closed. Records of text; the byte before each says what it is.
  static let engineIO = FuzzTarget("engine-io") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    var now = ContinuousClock.now
    let settings = EngineSession.Settings(
      pingInterval: .seconds(25), pingTimeout: .seconds(20), upgradeTimeout: .seconds(10), maximumQueuedBytes: 1 << 12)
    var session = EngineSession(pollingAt: now, settings: settings)
    var closings = 0
    for step in 0..<64 where !input.isEmpty {
      let kind = input.byte()
      let text = input.record()
      var actions: [EngineSession.Action] = []
      switch kind {
      case UInt8(ascii: "G"): actions = session.get(step)
      case UInt8(ascii: "g"): actions = session.getCancelled(step - 1)
      case UInt8(ascii: "P"): actions = session.postBegan(step) + session.postEnded(step, text, at: now)
      case UInt8(ascii: "p"): actions = session.postBegan(step)
      case UInt8(ascii: "W"): actions = session.webSocketOpened(Int(text.first ?? 1), at: now)
      case UInt8(ascii: "w"): actions = session.webSocketClosed(Int(text.first ?? 1), .transportClose)
      case UInt8(ascii: "T"): actions = session.webSocketReceived(49, .text(text), at: now)
      case UInt8(ascii: "B"): actions = session.webSocketReceived(49, .binary(text), at: now)
      case UInt8(ascii: "S"): actions = session.send([EncodedPacket(type: 0x34, text)])
      case UInt8(ascii: "t"): _ = session.takePackets(limit: 100)
      default:
        now += .milliseconds(200) * Int(kind)
        actions = session.tick(at: now)
      }
      for case .closed in actions { closings += 1 }
      if session.isClosed { try expect(session.nextDeadline == nil, "a deadline after the end") }
    }
    try expect(closings == (session.isClosed ? 1 : 0), "closed \(closings) times")
  }

  /// Packets are read or refused; what is read is the same when it is written and read again. Records are messages; the
  /// byte before each says whether of text or binary.
  static let socketIO = FuzzTarget("socket-io") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    var decoder = PacketDecoder()
    var connection = SocketConnection(at: .now, connectTimeout: .seconds(10), maximumNamespaces: 4)
    while !input.isEmpty {
      let isText = input.byte() != UInt8(ascii: "B")
      let bytes = input.record()
      // Engine.IO lets no other text through.
      guard !isText || String(validating: bytes, as: UTF8.self) != nil else { continue }
      let message: EngineMessage = isText ? .text(bytes) : .binary(bytes)
      switch connection.receive(message) {
      case .connect(let namespace, _): connection.admitted(to: namespace)
      case .close: return
      default: break
      }
      guard let packet = try? decoder.decode(message) else { continue }
      // A binary packet may name one of its attachments twice, or none.
      guard let again = decoded(packet) else { throw Finding("written and can't be read: \(packet)") }
      try expect(again == packet, "another packet: \(packet)")
    }
  }

  private static func decoded(_ packet: SocketPacket) -> SocketPacket? {
    var decoder = PacketDecoder()
    var result: SocketPacket?
    for (index, encoded) in packet.encoded().enumerated() {
      let bytes = Array(encoded.payload)
      do {
        result = try decoder.decode(index == 0 ? .text(Array(bytes.dropFirst())) : .binary(bytes))
      } catch {
        return nil
      }
    }
    return result
  }
}
