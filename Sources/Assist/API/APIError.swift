import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// An error as the API shows it: `{"error":{"code","message","param"}}`.
struct APIError: Error, Sendable, Equatable {
  var status: HTTPResponse.Status
  /// For programs, e.g. `not_found`.
  var code: String
  /// For people: one line.
  var message: String
  /// Which part of the request is meant.
  var param: String?

  /// The body.
  var json: String {
    let param = param.map { JSONText.quote($0) } ?? "null"
    return #"{"error":{"code":\#(JSONText.quote(code)),"message":\#(JSONText.quote(message)),"param":\#(param)}}"#
      + "\n"
  }

  var response: Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }
}

/// Strings as JSON has them.
enum JSONText {
  static func quote(_ text: String) -> String {
    let digits = Array("0123456789abcdef")
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        result += "\\u00" + String([digits[Int(scalar.value >> 4)], digits[Int(scalar.value & 15)]])
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Turns what a route throws, and what no route answers, into the API's errors. Nothing of the inside is told.
struct APIErrorMiddleware<Context: RequestContext>: RouterMiddleware {
  @concurrent func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as APIError {
      return error.response
    } catch let error as any HTTPResponseError {
      let code =
        error.status == .notFound
        ? "not_found" : error.status == .methodNotAllowed ? "method_not_allowed" : "invalid_request"
      let message =
        error.status == .notFound
        ? "there is no \(request.method.rawValue) \(request.uri.path)" : error.status.reasonPhrase
      return APIError(status: error.status, code: code, message: message).response
    } catch {
      context.logger.error("a request failed", metadata: ["reason": "\(error)", "path": "\(request.uri.path)"])
      return APIError(status: .internalServerError, code: "internal", message: "the request failed on our side")
        .response
    }
  }
}
