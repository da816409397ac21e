import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Settings
import SocketIO
import Store

/// `/v1`: serves a list of operations, and says who did what.
struct APIRoutes: HTTPRoutes {
  let operations: [APIOperation]
  let access: AccessControl
  let post: APIPost
  let audit: AuditTrail

  private static let largestBody = 1 << 20

  func add(to router: Router<BasicRequestContext>) {
    let document = OpenAPIDocument(operations).json.text
    router.get("openapi.json") { _, _ in Response(json: document) }
    let v1 = router.group("v1")
    for operation in operations {
      let path = operation.path.replacing("{", with: ":").replacing("}", with: "")
      v1.on(RouterPath(path), method: operation.method) { request, context in
        try await answer(request, context, operation)
      }
    }
  }

  private func answer(
    _ request: Request, _ context: BasicRequestContext, _ operation: APIOperation
  ) async throws -> Response {
    let principal = try await access.principal(of: request)
    let address = PeerAddress.of(request)
    guard principal.may(operation.scope) else {
      await audit.note(principal.name, "refused", operation.id, from: address)
      throw APIError(
        status: .forbidden, code: "forbidden", message: "this needs the scope \(operation.scope.rawValue)")
    }
    if let problem = operation.problem(inQueryOf: request) { throw problem }
    var call = APICall(
      principal: principal, request: request, parameters: context.parameters, address: address)
    switch operation.body {
    case .none where operation.method != .post:
      return response(try await operation.run(call), operation)
    case .bytes(_, let limit):
      call.bytes = try await APIPost.collect(request, upTo: limit)
      let call = call
      return try await post.once(request, call.bytes, by: principal) {
        answer(try await operation.run(call), operation)
      }
    case .json, .none:
      let bytes = try await APIPost.collect(request, upTo: Self.largestBody)
      guard let json = bytes.isEmpty ? .object([:]) : JSONValue(bytes) else {
        throw APIError(status: .badRequest, code: "invalid_request", message: "the body is not JSON")
      }
      if case .json(let schema) = operation.body, let problem = schema.problem(in: json) {
        throw APIError(
          status: .badRequest, code: "invalid_request", message: "\(problem)",
          param: problem.path.isEmpty ? nil : problem.path)
      }
      call.json = json
      let checked = call
      guard operation.method == .post else { return response(try await operation.run(checked), operation) }
      return try await post.once(request, bytes, by: principal) {
        answer(try await operation.run(checked), operation)
      }
    }
  }

  private func response(_ result: APIResult, _ operation: APIOperation) -> Response {
    if case .response(let response) = result { return response }
    return answer(result, operation).response
  }

  private func answer(_ result: APIResult, _ operation: APIOperation) -> APIAnswer {
    switch result {
    case .json(let json):
      let status: HTTPResponse.Status = if case .json(let status, _) = operation.answer { status } else { .ok }
      return APIAnswer(status: status, text: json.text)
    case .page(let items, let next):
      return APIAnswer(text: (["data": .array(items), "cursor": JSONValue(next)] as JSONValue).text)
    case .response, .nothing: return APIAnswer(status: .noContent, text: "")
    }
  }
}
