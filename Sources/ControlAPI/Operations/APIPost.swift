import ChatBridge
import HTTPTypes
import Hummingbird
import JSON
import Net
import NIOCore
import Store

/// Does what a POST asks for once, however often a request with the same `Idempotency-Key` comes.
struct APIPost: Sendable {
  let store: any RequestBook
  let clock: any TimestampClock

  /// The answer to `request`, from `body` or from the first time. `principal` is who makes it: keys are each one's own.
  func once(
    _ request: Request, _ bytes: [UInt8], by principal: Principal, _ body: @Sendable () async throws -> APIAnswer
  ) async throws -> Response {
    guard let key = request.header("idempotency-key") else { return try await body().response }
    guard !key.isEmpty, key.utf8.count <= 200 else {
      throw APIError(
        status: .badRequest, code: "invalid_request", message: "an Idempotency-Key has 1 to 200 characters",
        param: "Idempotency-Key")
    }
    // By path, so that one key may be used for two kinds of request.
    let name = "\(principal.name) \(request.uri.path) \(key)"
    let digest = Hex.text(HMAC.sha256(key: Array(name.utf8), bytes))
    switch try await store.claim(request: name, digest: digest, at: clock.now) {
    case .new: break
    case .underWay:
      throw APIError(status: .conflict, code: "in_progress", message: "a request with this key is under way")
    case .other:
      throw APIError(
        status: .unprocessableContent, code: "key_reused", message: "this key came with another request before",
        param: "Idempotency-Key")
    case .done(let status, let body):
      return APIAnswer(status: HTTPResponse.Status(code: status), text: body).response
    }
    do {
      let answer = try await body()
      try await store.settle(request: name, status: answer.status.code, body: answer.text, at: clock.now)
      return answer.response
    } catch {
      // What failed may be tried again.
      try await store.settle(request: name, status: nil, body: "", at: clock.now)
      throw error
    }
  }

  /// The body of a request, at most `limit` bytes.
  static func collect(_ request: Request, upTo limit: Int) async throws -> [UInt8] {
    do {
      return Array(buffer: try await request.body.collect(upTo: limit))
    } catch is NIOTooManyBytesError {
      throw APIError(
        status: .contentTooLarge, code: "too_large", message: "the body is larger than \(limit >> 20) MB")
    }
  }
}
