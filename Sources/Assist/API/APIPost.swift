import JSON
import ChatBridge
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// The answer of a route.
struct APIAnswer: Sendable {
  var status: HTTPResponse.Status = .ok
  var json: JSONValue

  var response: Response { Response(json: json.text, status: status) }
}

/// Does what a POST asks for: reads its JSON, and does it once however often a request with the same `Idempotency-Key`
/// comes.
struct APIPost: Sendable {
  private static let largestBody = 1 << 20

  let store: any RequestBook
  let clock: any ChatClock

  /// The answer to `request`, from `body` or from the first time.
  func answer(
    _ request: Request, _ body: @Sendable (JSONValue) async throws -> APIAnswer
  ) async throws -> Response {
    let bytes = try await collect(request)
    guard let json = bytes.isEmpty ? .object([:]) : JSONValue(bytes), case .object = json else {
      throw APIError(status: .badRequest, code: "invalid_request", message: "the body is not a JSON object")
    }
    guard let key = request.header("idempotency-key") else { return try await body(json).response }
    guard !key.isEmpty, key.utf8.count <= 200 else {
      throw APIError(
        status: .badRequest, code: "invalid_request", message: "an Idempotency-Key has 1 to 200 characters",
        param: "Idempotency-Key")
    }
    // By path, so that one key may be used for two kinds of request.
    let name = "\(request.uri.path) \(key)"
    let digest = HMAC.hex(HMAC.sha256(key: Array(name.utf8), bytes))
    switch try await store.claim(request: name, digest: digest, at: clock.now) {
    case .new: break
    case .underWay:
      throw APIError(status: .conflict, code: "in_progress", message: "a request with this key is under way")
    case .other:
      throw APIError(
        status: .unprocessableContent, code: "key_reused", message: "this key came with another request before",
        param: "Idempotency-Key")
    case .done(let status, let body):
      return Response(json: body, status: HTTPResponse.Status(code: status))
    }
    do {
      let answer = try await body(json)
      try await store.settle(request: name, status: answer.status.code, body: answer.json.text, at: clock.now)
      return answer.response
    } catch {
      // What failed may be tried again.
      try await store.settle(request: name, status: nil, body: "", at: clock.now)
      throw error
    }
  }

  private func collect(_ request: Request) async throws -> [UInt8] {
    do {
      return Array(buffer: try await request.body.collect(upTo: Self.largestBody))
    } catch is NIOTooManyBytesError {
      throw APIError(status: .contentTooLarge, code: "too_large", message: "a body is at most 1 MB")
    }
  }
}

extension Response {
  init(json: String, status: HTTPResponse.Status = .ok) {
    self.init(status: status, text: json + "\n", type: "application/json")
  }
}

extension APIError {
  static func missing(_ what: String) -> APIError {
    APIError(status: .notFound, code: "not_found", message: "there is no such \(what)")
  }

  static func invalid(_ param: String, _ message: String) -> APIError {
    APIError(status: .badRequest, code: "invalid_request", message: "\(param): \(message)", param: param)
  }
}
