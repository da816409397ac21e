import HTTPTypes
import Hummingbird

/// Lets pages of configured origins use the API from a browser (CORS). Not with cookies: they bring a key.
struct OriginMiddleware<Context: RequestContext>: RouterMiddleware {
  let origins: Set<String>

  init(_ origins: [String]) { self.origins = Set(origins.map { $0.lowercased() }) }

  @concurrent func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard let origin = request.headers[.origin], origins.contains(origin.lowercased()),
      request.uri.path.hasPrefix("/v1/")
    else { return try await next(request, context) }
    if request.method == .options {
      return Response(
        status: .noContent,
        headers: [
          .accessControlAllowOrigin: origin, .vary: "Origin", .accessControlMaxAge: "600",
          .accessControlAllowMethods: "GET, POST, PATCH, DELETE",
          .accessControlAllowHeaders: "Authorization, Content-Type, Idempotency-Key, Last-Event-ID",
        ])
    }
    var response = try await next(request, context)
    response.headers[.accessControlAllowOrigin] = origin
    response.headers[.vary] = "Origin"
    return response
  }
}
