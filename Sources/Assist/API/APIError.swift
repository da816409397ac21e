import HTTPTypes
import Hummingbird
import JSON
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
  /// Who has what is asked for, if somebody has.
  var person: String?
  /// Seconds after which it may be tried again.
  var retryAfter: Int?

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
    if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
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
