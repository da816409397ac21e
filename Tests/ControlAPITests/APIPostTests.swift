import Coordination
import HTTPTypes
import Hummingbird
import Testing

@testable import ControlAPI

@Suite("A POST with an Idempotency-Key")
struct APIPostTests {
  /// Posts, and counts how often what is asked for is done.
  private struct Poster {
    let post: APIPost
    let done = Locked(0)

    init(_ bench: AccessBench) { post = APIPost(store: bench.store, clock: bench.clock) }

    func send(
      _ key: String?, _ body: String = "{}", by name: String = "crm", to path: String = "/v1/calls",
      failing: Bool = false
    ) async throws -> Int {
      var headers: HTTPFields = [:]
      if let field = HTTPField.Name("Idempotency-Key") { headers[field] = key }
      do {
        return try await post.once(
          AccessBench.request(.post, path, headers), Array(body.utf8), by: Principal(key: name, scopes: [])
        ) {
          if failing { throw APIError.conflict("not now") }
          return APIAnswer(status: .created, text: "\(done.withLock { $0 += 1; return $0 })")
        }.status.code
      } catch let error as APIError {
        return error.status.code
      }
    }
  }

  @Test("the same request is done once and answered alike; without a key each is done")
  func once() async throws {
    try await AccessBench.run { bench in
      let poster = Poster(bench)
      let statuses = try await [poster.send("a"), poster.send("a")]
      #expect(statuses == [201, 201])
      #expect(poster.done.withLock { $0 } == 1)
      let more = try await [poster.send(nil), poster.send(nil)]
      #expect(more == [201, 201])
      #expect(poster.done.withLock { $0 } == 3)
    }
  }

  @Test("a key belongs to who uses it, and to one path")
  func whose() async throws {
    try await AccessBench.run { bench in
      let poster = Poster(bench)
      let statuses = try await [
        poster.send("a"), poster.send("a", by: "other"), poster.send("a", to: "/v1/calls/x/say"),
      ]
      #expect(statuses == [201, 201, 201])
      #expect(poster.done.withLock { $0 } == 3)
    }
  }

  @Test("a key that comes with another body is refused with 422")
  func reused() async throws {
    try await AccessBench.run { bench in
      let poster = Poster(bench)
      let statuses = try await [poster.send("a", "{}"), poster.send("a", "{ }")]
      #expect(statuses == [201, 422])
    }
  }

  @Test("what failed may be tried again with the same key")
  func failed() async throws {
    try await AccessBench.run { bench in
      let poster = Poster(bench)
      let statuses = try await [poster.send("a", failing: true), poster.send("a")]
      #expect(statuses == [409, 201])
      #expect(poster.done.withLock { $0 } == 1)
    }
  }

  @Test("a request with a key that is under way is told so")
  func underWay() async throws {
    try await AccessBench.run { bench in
      let poster = Poster(bench)
      let inner = Locked<Int?>(nil)
      let field = try #require(HTTPField.Name("Idempotency-Key"))
      let request = AccessBench.request(.post, "/v1/calls", [field: "a"])
      _ = try await poster.post.once(request, Array("{}".utf8), by: Principal(key: "crm", scopes: [])) {
        let status = try await poster.send("a")
        inner.withLock { $0 = status }
        return APIAnswer(text: "{}")
      }
      #expect(inner.withLock { $0 } == 409)
      #expect(poster.done.withLock { $0 } == 0)
    }
  }

  @Test("a key of no or too many characters is refused", arguments: ["", String(repeating: "k", count: 201)])
  func length(key: String) async throws {
    try await AccessBench.run { bench in
      let poster = Poster(bench)
      let status = try await poster.send(key)
      #expect(status == 400)
      #expect(poster.done.withLock { $0 } == 0)
    }
  }
}
