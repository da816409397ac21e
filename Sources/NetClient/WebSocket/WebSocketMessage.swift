/// What a WebSocket delivers.
public enum WebSocketMessage: Sendable, Equatable {
  /// A text message, put together from its fragments.
  case text(String)
  /// A binary message, put together from its fragments.
  case binary([UInt8])
  /// The connection is over. Always the last.
  case closed(WebSocketClose)
}

/// How a WebSocket ended (RFC 6455, section 7.1.5).
public struct WebSocketClose: Sendable, Equatable {
  /// The peer's code, or ours where we ended it; 1005 if the peer gave none, 1006 if the connection just broke.
  public var code: UInt16
  /// The peer's words, or ours.
  public var reason: String

  /// An end.
  public init(code: UInt16, reason: String) {
    self.code = code
    self.reason = reason
  }

  /// We are done.
  public static let normal = WebSocketClose(code: 1000, reason: "")
}

/// Why a WebSocket could not be opened. Names the host, never the query or a header.
public struct WebSocketError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, for code that decides on a retry.
  public enum Kind: Sendable, Equatable {
    /// The URL or a header can't be sent.
    case invalidRequest
    /// The host's name has no address.
    case cannotResolve
    /// Nobody accepts connections there, or the connection broke before the upgrade.
    case cannotConnect
    /// No trusted, secure connection came about.
    case tls
    /// Not open within the time allowed.
    case timedOut
    /// The server answered with a status other than 101; `body` is the beginning of what it said.
    case refused(status: Int, body: String)
    /// The server's answer is not one of a WebSocket.
    case notAWebSocket
    /// The waiting task was cancelled.
    case cancelled
  }

  /// What went wrong.
  public var kind: Kind
  /// The host's name.
  public var host: String
  /// One line: what happened and what to do.
  public var message: String

  /// `host: message`.
  public var description: String { host.isEmpty ? message : "\(host): \(message)" }
}
