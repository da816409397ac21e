/// Why a request got no answer, or not all of one. Names the host, never a path, a query or a header, since those may
/// hold keys and callers' words.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, for code that decides on a retry.
  public enum Kind: Sendable, Equatable {
    /// The host's name has no address.
    case cannotResolve
    /// Nobody accepts connections there.
    case cannotConnect
    /// No trusted, secure connection came about.
    case tls
    /// One of `HTTPTimeouts` has passed.
    case timedOut(HTTPTimeoutPhase)
    /// The connection broke before the answer was complete.
    case interrupted
    /// The answer is larger than `HTTPRequest.maximumBodyBytes`, or its headers are absurdly long.
    case tooLarge
    /// The URL or a header can't be sent.
    case invalidRequest
    /// The task that waited was cancelled, or the client was shut down.
    case cancelled
  }

  /// What went wrong.
  public var kind: Kind
  /// Host and port as far as known, e.g. `api.openai.com`.
  public var host: String
  /// One line: what happened and what to do.
  public var message: String

  /// An error about `host`.
  public init(_ kind: Kind, host: String, message: String) {
    self.kind = kind
    self.host = host
    self.message = message
  }

  /// `host: message`.
  public var description: String { host.isEmpty ? message : "\(host): \(message)" }
}

/// The stretch of a request in which time ran out.
public enum HTTPTimeoutPhase: String, Sendable {
  /// Name resolution, TCP and TLS.
  case connect
  /// From the start of the request to the first byte of the answer's body.
  case firstByte
  /// Between two pieces of the body.
  case idle
  /// The whole request.
  case total
}

/// How long each stretch of a request may take.
public struct HTTPTimeouts: Sendable, Equatable {
  /// Name resolution, TCP and TLS together. Default 3 s.
  public var connect: Duration
  /// From the start of the request to the first byte of the answer's body; headers alone do not count. Default 10 s.
  public var firstByte: Duration
  /// Between two pieces of the body, not counting time in which the reader was the slow one. Default 10 s.
  public var idle: Duration
  /// The whole request. Default 60 s.
  public var total: Duration

  /// Time-outs; each must be positive.
  public init(
    connect: Duration = .seconds(3), firstByte: Duration = .seconds(10), idle: Duration = .seconds(10),
    total: Duration = .seconds(60)
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
    self.total = total
  }
}
