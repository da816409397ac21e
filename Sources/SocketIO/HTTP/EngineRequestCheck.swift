/// Which requests an Engine.IO server takes.
extension EngineServer {
  /// What a request is for.
  enum Target {
    case handshake
    case session(EngineConnection)
  }

  /// Checks query, method and origin, in the order of the reference server.
  func target(
    method: String, request: EngineRequest, host: String?, isUpgrade: Bool
  ) throws(EngineError) -> Target {
    let transport = request.query["transport"]
    guard transport == "polling" || transport == "websocket" else { throw .unknownTransport }
    if let origin = request.origin, !configuration.allowsOrigin(origin, host) { throw .forbidden }
    if let id = request.query["sid"] {
      guard let connection = connection(id) else { throw .unknownSession }
      guard isUpgrade == (transport == "websocket") else { throw .badRequest }
      guard isUpgrade || connection.isPolling else { throw .badRequest }
      return .session(connection)
    }
    guard method == "GET" else { throw .badHandshakeMethod }
    guard isUpgrade == (transport == "websocket") else { throw .badRequest }
    guard request.query["EIO"] == "4" else { throw .unsupportedVersion }
    return .handshake
  }
}
