import HTTPTypes
import Hummingbird
import Logging

/// Turns what a route throws, and what no route answers, into the API's errors. Nothing of the inside is told.
struct APIErrorMiddleware<Context: RequestContext>: RouterMiddleware {
  let paths: KnownPaths

  @concurrent func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as any APIErrorConvertible {
      return error.apiError.response
    } catch let error as any HTTPResponseError {
      if error.status == .notFound, let methods = paths.methods(of: request.uri.path),
        !methods.split(separator: ", ").contains(where: { $0 == request.method.rawValue })
      {
        return APIError(
          status: .methodNotAllowed, code: "method_not_allowed", message: "\(request.uri.path) takes \(methods)",
          allowed: methods
        ).response
      }
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
