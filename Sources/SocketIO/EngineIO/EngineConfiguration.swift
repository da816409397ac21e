import JSON

/// Times and bounds of an Engine.IO server.
package struct EngineConfiguration: Sendable {
  /// Where it is; slashes at both ends.
  package var path: String
  /// How often the server sends a ping. Default 25 s.
  package var pingInterval: Duration
  /// How long the client has for the pong. Default 20 s.
  package var pingTimeout: Duration
  /// How long a client may take to move to a WebSocket. Default 10 s.
  package var upgradeTimeout: Duration
  /// The largest body of a POST and message of a WebSocket, in bytes. Default 1 MB.
  package var maxPayload: Int
  /// How many connections there may be. Default 10,000.
  package var maxConnections: Int
  /// What may wait for a client, in bytes; one that takes it more slowly is closed. Default 1 MiB.
  package var maxQueuedBytes: Int
  /// Whether a page of `origin` may connect, `host` being what it calls us. Asked only of requests that name an origin,
  /// which all browsers do; WebSockets have no other protection. Default: pages of this very host.
  package var allowsOrigin: @Sendable (_ origin: String, _ host: String?) -> Bool

  package init(path: String = "/engine.io/") {
    self.path = path
    pingInterval = .seconds(25)
    pingTimeout = .seconds(20)
    upgradeTimeout = .seconds(10)
    maxPayload = 1_000_000
    maxConnections = 10_000
    maxQueuedBytes = 1 << 20
    allowsOrigin = { Self.isSame(origin: $0, host: $1) }
  }

  /// Whether `origin` is a page of `host`.
  package static func isSame(origin: String, host: String?) -> Bool {
    guard let host, let end = origin.firstRange(of: "://") else { return false }
    return origin[end.upperBound...].lowercased() == host.lowercased()
  }

  var settings: EngineSession.Settings {
    EngineSession.Settings(
      pingInterval: pingInterval, pingTimeout: pingTimeout, upgradeTimeout: upgradeTimeout,
      maximumQueuedBytes: maxQueuedBytes)
  }

  /// The open packet.
  func open(id: String, upgrades: [String]) -> EncodedPacket {
    let value: JSONValue = [
      "sid": .string(id), "upgrades": .array(upgrades.map { .string($0) }),
      "pingInterval": .integer(pingInterval.wholeMilliseconds), "pingTimeout": .integer(pingTimeout.wholeMilliseconds),
      "maxPayload": .integer(Int64(maxPayload)),
    ]
    return EncodedPacket(type: UInt8(ascii: "0"), Array(value.text.utf8))
  }
}

extension Duration {
  var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
