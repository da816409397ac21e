/// Why a request is not served, with the code that clients of Engine.IO know it by.
package enum EngineError: Error, Equatable {
  case unknownTransport
  case unknownSession
  case badHandshakeMethod
  case badRequest
  case forbidden
  case unsupportedVersion
  /// There are as many connections as there may be.
  case tooManyConnections
  /// The body is larger than `maxPayload`.
  case payloadTooLarge

  var code: Int {
    switch self {
    case .unknownTransport: 0
    case .unknownSession: 1
    case .badHandshakeMethod: 2
    case .badRequest, .tooManyConnections, .payloadTooLarge: 3
    case .forbidden: 4
    case .unsupportedVersion: 5
    }
  }

  var message: String {
    switch self {
    case .unknownTransport: "Transport unknown"
    case .unknownSession: "Session ID unknown"
    case .badHandshakeMethod: "Bad handshake method"
    case .badRequest: "Bad request"
    case .forbidden: "Forbidden"
    case .unsupportedVersion: "Unsupported protocol version"
    case .tooManyConnections: "Too many connections"
    case .payloadTooLarge: "Payload too large"
    }
  }

  /// The HTTP status.
  var status: Int {
    switch self {
    case .forbidden: 403
    case .payloadTooLarge: 413
    case .tooManyConnections: 503
    default: 400
    }
  }

  /// The body of the answer.
  var body: String { "{\"code\":\(code),\"message\":\"\(message)\"}" }
}
