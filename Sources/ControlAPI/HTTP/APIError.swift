import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore

/// A failure that those who ask over HTTP are told of in words of its own. Routes let it through as it is.
protocol APIErrorConvertible: Error {
  /// As the API tells it.
  var apiError: APIError { get }
}

/// An error as the API shows it: `{"error":{"code","message","param"}}`.
struct APIError: APIErrorConvertible, Sendable, Equatable {
  var status: HTTPResponse.Status
  /// For programs, e.g. `not_found`.
  var code: String
  /// For people: one line.
  var message: String
  /// Which part of the request is meant.
  var param: String?
  /// Who has what is asked for, if somebody has.
  var person: String?
  /// Seconds after which it may be tried again.
  var retryAfter: Int?
  /// The methods of a path that was asked with another.
  var allowed: String?

  var apiError: APIError { self }

  /// The body.
  var json: String {
    var fields: [String: JSONValue] = [
      "code": .string(code), "message": .string(message), "param": JSONValue(param),
    ]
    if let person { fields["person"] = .string(person) }
    return (["error": .object(fields)] as JSONValue).text + "\n"
  }

  var response: Response {
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    if let allowed { headers[.allow] = allowed }
    if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }
}

extension APIError {
  static func missing(_ what: String) -> APIError {
    APIError(status: .notFound, code: "not_found", message: "there is no such \(what)")
  }

  static func invalid(_ param: String, _ message: String) -> APIError {
    APIError(status: .badRequest, code: "invalid_request", message: "\(param): \(message)", param: param)
  }

  /// Somebody else was faster.
  static func claimed(by holder: String?) -> APIError {
    var error = conflict("\(holder ?? "somebody else") has it", code: "claimed")
    error.person = holder
    return error
  }

  /// Something of ours is not there now; the log tells why.
  static func unavailable(_ message: String) -> APIError {
    APIError(status: .serviceUnavailable, code: "unavailable", message: message)
  }

  static func conflict(_ message: String, code: String = "conflict") -> APIError {
    APIError(status: .conflict, code: code, message: message)
  }
}
