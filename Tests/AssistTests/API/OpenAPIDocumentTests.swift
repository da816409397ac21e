import HTTPTypes
import Hummingbird
import JSON
import NetClient
import Store
import Testing

@testable import Assist
@testable import ControlAPI

@Suite("The API and its description", .timeLimit(.minutes(1)))
struct OpenAPIDocumentTests {
  private static func operations(_ document: JSONValue?) -> [(method: String, path: String, JSONValue)] {
    guard case .object(let paths)? = document?["paths"] else { return [] }
    return paths.flatMap { path, methods -> [(method: String, path: String, JSONValue)] in
      guard case .object(let methods) = methods else { return [] }
      return methods.map { ($0.key.uppercased(), path, $0.value) }
    }.sorted { ($0.path, $0.method) < ($1.path, $1.method) }
  }

  @Test("the routes below /v1 are exactly the operations that are described")
  func routes() async throws {
    try await ConsoleBench.run { bench in
      let document = try await bench.ask(.get, "/openapi.json").json
      let described = Set(Self.operations(document).map { "\($0.method) \($0.path)" })
      let routed = bench.service.router().routes.filter { $0.path.description.hasPrefix("/v1/") }.map { route in
        let parts = route.path.description.split(separator: "/").map {
          $0.hasPrefix(":") ? "{\($0.dropFirst())}" : "\($0)"
        }
        return "\(route.method.rawValue) /" + parts.joined(separator: "/")
      }
      #expect(described.count > 30)
      #expect(described == Set(routed))
      #expect(routed.count == described.count)
      let ids = Self.operations(document).compactMap { $0.2["operationId"]?.string }
      #expect(Set(ids).count == described.count)
    }
  }

  @Test("every reference leads somewhere")
  func references() async throws {
    try await ConsoleBench.run { bench in
      let document = try #require(try await bench.ask(.get, "/openapi.json").json)
      guard case .object(let schemas)? = document["components"]?["schemas"] else { throw CommandFailure("no schemas") }
      let parts = document.text.replacing("\\/", with: "/").split(separator: "#/components/schemas/").dropFirst()
      #expect(!parts.isEmpty)
      for part in parts {
        let name = String(part.prefix { $0 != "\"" })
        #expect(schemas[name] != nil, "\(name)")
      }
    }
  }

  @Test("every operation is served to a key that may do all, and to nobody without a key")
  func served() async throws {
    try await ConsoleBench.run { bench in
      for (method, path, _) in Self.operations(try await bench.ask(.get, "/openapi.json").json) {
        let method = try #require(NetClient.HTTPRequest.Method(rawValue: method))
        let place = path.replacing("{id}", with: "none")
        #expect(try await bench.ask(method, place).status == 401, "\(method) \(path)")
        let (status, json, _) = try await bench.ask(method, place, key: ConsoleBench.key)
        let message = json?["error"]?["message"]?.string ?? ""
        #expect(
          status < 500 && status != 405 && !message.hasPrefix("there is no \(method.rawValue)"), "\(path): \(status)")
      }
    }
  }

  @Test("each operation answers 405 to the methods that its path does not have")
  func otherMethods() async throws {
    try await ConsoleBench.run { bench in
      for (_, path, _) in Self.operations(try await bench.ask(.get, "/openapi.json").json) {
        let place = path.replacing("{id}", with: "none")
        #expect(try await bench.ask(.put, place, key: ConsoleBench.key).status == 405, "\(path)")
      }
    }
  }

  @Test("an agent is refused what only supervisors may, and a supervisor nothing")
  func roles() async throws {
    try await ConsoleBench.run { bench in
      let agent = try await bench.signIn(ConsoleBench.ana)
      let supervisor = try await bench.signIn(ConsoleBench.sam)
      var refused: Set<String> = []
      for (method, path, operation) in Self.operations(try await bench.ask(.get, "/openapi.json").json) {
        let method = try #require(NetClient.HTTPRequest.Method(rawValue: method))
        let place = path.replacing("{id}", with: "none")
        let id = operation["operationId"]?.string ?? ""
        if try await bench.ask(method, place, session: agent).status == 403 { refused.insert(id) }
        #expect(try await bench.ask(method, place, session: supervisor).status != 403, "\(id)")
      }
      #expect(
        refused == [
          "coach", "listAudit", "listDeadWebhooks", "listSessions", "retryWebhook", "revokeSession", "statistics",
        ])
      let refusals = try await bench.server.services.store.audits(before: nil, limit: 100).filter {
        $0.action == "refused"
      }
      #expect(Set(refusals.map(\.subject)) == Set(refused))
      #expect(refusals.allSatisfy { $0.who == "ana" })
    }
  }

  @Test("an agent sets their own status and nobody else's")
  func others() async throws {
    try await ConsoleBench.run { bench in
      let agent = try await bench.signIn(ConsoleBench.ana)
      let own = try await bench.ask(.patch, "/v1/people/ana", ["capacity": 2], session: agent)
      #expect(own.status == 200)
      #expect(own.json?["capacity"]?.integer == 2)
      #expect(try await bench.ask(.patch, "/v1/people/sam", ["capacity": 2], session: agent).status == 403)
      #expect(try await bench.ask(.patch, "/v1/people/nobody", ["capacity": 2], session: agent).status == 404)
    }
  }
}
