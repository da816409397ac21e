import Desk
import Handover
import HTTPTypes
import Hummingbird
import JSON
import Settings

/// One thing that the API does: how it is asked for, who may, and what it answers. The routes and `/openapi.json` are made
/// from the same list of these.
struct APIOperation: Sendable {
  /// One parameter of the query.
  struct Parameter: Sendable {
    var name: String
    var schema: JSONSchema
    var summary: String
  }

  /// What a request brings with it.
  enum Body: Sendable {
    case none
    /// A JSON object of this shape. May be left out if nothing in it is required.
    case json(JSONSchema)
    /// Bytes of a type, at most so many.
    case bytes(type: String, limit: Int)
  }

  /// What comes back.
  enum Answer: Sendable {
    case json(HTTPResponse.Status, JSONSchema)
    /// A page of a list, with a cursor to the next.
    case page(JSONSchema)
    /// Something else, of a type; JSON in its place for those who accept nothing but that, if there is a schema of it.
    case bytes(type: String, orJSON: JSONSchema? = nil)
    case nothing
  }

  /// The operation's name in `/openapi.json`.
  var id: String
  var method: HTTPRequest.Method
  /// Below `/v1`, as OpenAPI writes it, e.g. `calls/{id}`.
  var path: String
  var summary: String
  var scope: APIScope
  var query: [Parameter] = []
  var body = Body.none
  var answer: Answer
  /// Further statuses with which the same comes back.
  var alike: [HTTPResponse.Status] = []
  /// What may go wrong beyond 400, 401, 403 and 404.
  var failures: [HTTPResponse.Status] = []
  var run: @Sendable (APICall) async throws -> APIResult
}

/// What an operation gives back.
enum APIResult: Sendable {
  case json(JSONValue)
  case page([JSONValue], next: String?)
  case response(Response)
  case nothing
}

/// A request that has been checked: it is from somebody who may, and has the shape that its operation wants.
struct APICall: Sendable {
  var principal: Principal
  var request: Request
  var parameters: Parameters
  /// The body; an empty object if there is none.
  var json: JSONValue = [:]
  /// The body of an operation that takes bytes.
  var bytes: [UInt8] = []
  /// Where the request comes from, for the audit log.
  var address: String

  /// The part of the path that is called `{id}`.
  var id: String {
    get throws {
      guard let id = parameters.get("id"), id.utf8.count <= 100 else { throw APIError.missing("record") }
      return id
    }
  }

  func query(_ name: String) -> String? { request.uri.queryParameters[Substring(name)].map(String.init) }

  /// How many records are asked for.
  var limit: Int { query("limit").flatMap { Int($0) } ?? APIOperation.pageLength }

  var cursor: String? { query("cursor") }

  /// The cursor of a list that is by numbers; nil for the first page.
  var sequence: Int64? {
    get throws {
      guard let cursor else { return nil }
      guard let sequence = Int64(cursor) else { throw APIError.invalid("cursor", "is not one") }
      return sequence
    }
  }

  /// For whom something is done: who is signed in, or whom a program names.
  var person: String { principal.person?.username ?? json["person"]?.string ?? principal.name }

  /// How a call comes to who takes it over, if by telephone.
  var ring: Handover.Ring? { json["ring"]?.string.flatMap { Handover.Ring(rawValue: $0) } }

  /// A member of the body that is known to be there and a text.
  func text(_ key: String) -> String { json[key]?.string ?? "" }
}

extension APIOperation {
  static let pageLength = 50

  /// What lists take.
  static let paging: [Parameter] = [
    Parameter(name: "limit", schema: .integer(1...200), summary: "How many; 50 if it is left out."),
    Parameter(name: "cursor", schema: .string(1...200), summary: "Where the page before ended."),
  ]

  /// What is wrong with the query; nil if nothing is.
  func problem(inQueryOf request: Request) -> APIError? {
    for (name, value) in request.uri.queryParameters {
      guard let parameter = query.first(where: { $0.name[...] == name }) else { continue }
      let text = String(value)
      let json: JSONValue =
        switch parameter.schema {
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .boolean: text == "true" ? true : text == "false" ? false : .string(text)
        default: .string(text)
        }
      if let problem = parameter.schema.problem(in: json) {
        return APIError.invalid(parameter.name, problem.expected)
      }
    }
    return nil
  }
}
