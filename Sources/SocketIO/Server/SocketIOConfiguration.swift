/// Times and bounds of a Socket.IO server.
package struct SocketIOConfiguration: Sendable {
  /// Path, heartbeat, sizes and origins.
  package var engine: EngineConfiguration
  /// How long a client may be in no namespace at first. Default 45 s.
  package var connectTimeout: Duration
  /// How long a client that lost its connection may come back and miss nothing; nil turns recovery off, and with it the
  /// offset that each event ends with. Default 2 min.
  package var recovery: Duration?
  /// What a namespace keeps of its events for recovery, in bytes. Default 32 MiB.
  package var maxRecoveryBytes: Int
  /// The events of one client that may wait for their handlers; one that sends more is closed. Default 1,024.
  package var maxPendingEvents: Int
  /// The same in bytes. Default 4 MiB.
  package var maxPendingBytes: Int
  /// The namespaces that one connection may be in. Default 8.
  package var maxNamespaces: Int

  package init(engine: EngineConfiguration = EngineConfiguration(path: "/socket.io/")) {
    self.engine = engine
    connectTimeout = .seconds(45)
    recovery = .seconds(120)
    maxRecoveryBytes = 32 << 20
    maxPendingEvents = 1024
    maxPendingBytes = 4 << 20
    maxNamespaces = 8
  }
}
