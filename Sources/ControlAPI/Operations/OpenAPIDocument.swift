import HTTPTypes
import JSON
import Settings

/// The description of the API that `/openapi.json` gives (OpenAPI 3.1).
struct OpenAPIDocument: Sendable {
  let json: JSONValue

  init(_ operations: [APIOperation]) {
    var paths: [String: JSONValue] = [:]
    var schemas: [String: JSONSchema] = ["Error": Self.error]
    for operation in operations {
      let path = "/v1/\(operation.path)"
      var methods: [String: JSONValue] = if case .object(let known)? = paths[path] { known } else { [:] }
      methods[operation.method.rawValue.lowercased()] = Self.describe(operation)
      paths[path] = .object(methods)
      for schema in Self.schemas(of: operation) { schemas.merge(schema.definitions, uniquingKeysWith: { $1 }) }
    }
    json = [
      "openapi": "3.1.0",
      "info": [
        "title": "Assist", "version": "1",
        "description": "Calls, conversations and the people who take over. Events are described in /asyncapi.json.",
      ],
      "paths": .object(paths),
      "components": [
        "schemas": .object(schemas.mapValues(\.json)),
        "securitySchemes": [
          "key": ["type": "http", "scheme": "bearer"],
          "session": ["type": "apiKey", "in": "cookie", "name": .string(SignIns.cookie)],
        ],
      ],
      "security": [["key": []], ["session": []]],
    ]
  }

  private static let error = JSONSchema.object(
    [
      .required(
        "error",
        .object(
          [.required("code", .string()), .required("message", .string()), .required("param", .nullable(.string()))],
          isOpen: true))
    ], isOpen: true)

  private static func schemas(of operation: APIOperation) -> [JSONSchema] {
    var result: [JSONSchema] = []
    if case .json(let body) = operation.body { result.append(body) }
    switch operation.answer {
    case .json(_, let schema), .page(let schema): result.append(schema)
    case .bytes(_, let schema): if let schema { result.append(schema) }
    case .nothing: break
    }
    return result
  }

  private static func describe(_ operation: APIOperation) -> JSONValue {
    var result: [String: JSONValue] = [
      "operationId": .string(operation.id), "summary": .string(operation.summary),
      "description": .string("Needs the scope `\(operation.scope.rawValue)`."),
      "responses": responses(of: operation),
    ]
    let parameters =
      pathParameters(of: operation)
      + operation.query.map { parameter -> JSONValue in
        [
          "name": .string(parameter.name), "in": "query", "required": false, "schema": parameter.schema.json,
          "description": .string(parameter.summary),
        ]
      }
    let key: JSONValue = [
      "name": "Idempotency-Key", "in": "header", "required": false,
      "schema": ["type": "string", "minLength": 1, "maxLength": 200],
      "description": "The same key with the same request is done once, and answered alike for a day.",
    ]
    let all = parameters + (operation.method == .post ? [key] : [])
    if !all.isEmpty { result["parameters"] = .array(all) }
    switch operation.body {
    case .none: break
    case .json(let schema):
      result["requestBody"] = [
        "required": .bool(schema.problem(in: [:]) != nil), "content": ["application/json": ["schema": schema.json]],
      ]
    case .bytes(let type, _):
      result["requestBody"] = ["required": true, "content": .object([type: ["schema": [:]]])]
    }
    return .object(result)
  }

  private static func pathParameters(of operation: APIOperation) -> [JSONValue] {
    operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
      [
        "name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true,
        "schema": ["type": "string", "minLength": 1, "maxLength": 100],
      ]
    }
  }

  private static func responses(of operation: APIOperation) -> JSONValue {
    var result: [String: JSONValue] = [:]
    switch operation.answer {
    case .json(let status, let schema):
      result["\(status.code)"] = [
        "description": .string(status.reasonPhrase), "content": ["application/json": ["schema": schema.json]],
      ]
    case .page(let item):
      let page = JSONSchema.object([.required("data", .array(item)), .required("cursor", .nullable(.string()))])
      result["200"] = ["description": "A page.", "content": ["application/json": ["schema": page.json]]]
    case .bytes(let type, let schema):
      var content: [String: JSONValue] = [type: ["schema": [:]]]
      if let schema { content["application/json"] = ["schema": schema.json] }
      result["200"] = ["description": "The bytes.", "content": .object(content)]
    case .nothing: result["204"] = ["description": "Done."]
    }
    if let usual = result.values.first {
      for status in operation.alike { result["\(status.code)"] = usual }
    }
    let always: [HTTPResponse.Status] = [.badRequest, .unauthorized, .forbidden, .notFound, .contentTooLarge]
    let posted: [HTTPResponse.Status] = operation.method == .post ? [.conflict, .unprocessableContent] : []
    for status in always + posted + operation.failures + [.serviceUnavailable] {
      result["\(status.code)"] = [
        "description": .string(status.reasonPhrase),
        "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
      ]
    }
    return .object(result)
  }
}
