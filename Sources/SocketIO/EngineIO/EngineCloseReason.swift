/// Why an Engine.IO session ended.
package enum EngineCloseReason: String, Sendable {
  /// The client closed it, or its connection ended.
  case transportClose = "transport close"
  /// The connection broke, or the client did not take what it was sent.
  case transportError = "transport error"
  /// No pong in time.
  case pingTimeout = "ping timeout"
  /// The client sent what no client may send.
  case parseError = "parse error"
  /// The server closed it.
  case forcedClose = "forced server close"
  /// The server is about to end.
  case serverShutdown = "server shutting down"

  /// Whether a client that comes back may go on where it was.
  package var isRecoverable: Bool { self != .parseError }
}
