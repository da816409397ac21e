import ChatBridge
import HTTPTypes
import Hummingbird
import Net
import Settings
import SocketIO

/// Tells who makes a request to `/v1`: a program by its key, or a person by the cookie of their session.
struct AccessControl: Sendable {
  let keys: [APIKeyConfiguration]
  let signIns: SignIns

  /// Who makes `request`. Throws 401 if nobody known does, 403 if it might be somebody else's page that makes it.
  func principal(of request: Request) async throws -> Principal {
    if let text = request.headers[.authorization] { return try principal(ofKey: text) }
    guard let secret = request.headers.cookie(SignIns.cookie) else {
      throw Self.refused("expected Authorization: Bearer KEY, or to be signed in")
    }
    guard let principal = try await signIns.principal(of: secret) else {
      throw Self.refused("the session is over: sign in again")
    }
    if request.method != .get, request.method != .head {
      let shown = request.header("x-csrf-token") ?? ""
      guard HMAC.equal(Array(SignIns.csrf(secret).utf8), Array(shown.utf8)) else {
        throw APIError(
          status: .forbidden, code: "csrf", message: "the header X-CSRF-Token is missing or not this session's")
      }
    }
    return principal
  }

  private func principal(ofKey text: String) throws -> Principal {
    guard text.lowercased().hasPrefix("bearer ") else { throw Self.refused("expected Authorization: Bearer KEY") }
    guard let principal = principal(key: String(text.dropFirst(7))) else {
      throw Self.refused(keys.isEmpty ? "no key is configured (http.api_keys)" : "the key is not known")
    }
    return principal
  }

  /// Whose key this is.
  func principal(key shown: String) -> Principal? {
    // All are compared, so that the time tells nothing of which it was.
    let matches = keys.filter { HMAC.equal(Array($0.key.value.utf8), Array(shown.utf8)) }
    return matches.first.map { Principal(key: $0.name, scopes: $0.scopes) }
  }

  static func refused(_ message: String) -> APIError {
    APIError(status: .unauthorized, code: "unauthorized", message: message)
  }
}
