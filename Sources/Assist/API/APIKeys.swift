import ChatBridge
import HTTPTypes
import Hummingbird

/// Lets nobody below `/v1` without a key of the configuration.
struct APIKeyMiddleware<Context: RequestContext>: RouterMiddleware {
  let keys: [Secret]

  @concurrent func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard let text = request.headers[.authorization], text.lowercased().hasPrefix("bearer ") else {
      throw refused("expected Authorization: Bearer KEY")
    }
    let shown = Array(text.dropFirst(7).utf8)
    // All are compared, so that the time tells nothing of which it was.
    let matches = keys.filter { HMAC.equal(Array($0.value.utf8), shown) }
    guard !matches.isEmpty else {
      throw refused(keys.isEmpty ? "no key is configured (http.api_keys)" : "the key is not known")
    }
    return try await next(request, context)
  }

  private func refused(_ message: String) -> APIError {
    APIError(status: .unauthorized, code: "unauthorized", message: message)
  }
}
