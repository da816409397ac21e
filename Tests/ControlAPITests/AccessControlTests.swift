import HTTPTypes
import Hummingbird
import SocketIO
import Testing

@testable import ControlAPI
@testable import Settings

@Suite("Who may use the API")
struct AccessControlTests {
  private static let keys = [
    APIKeyConfiguration(name: "crm", key: Secret("k-1"), scopes: [.readCalls]),
    APIKeyConfiguration(name: "all", key: Secret("k-2"), scopes: Set(APIScope.allCases)),
  ]

  private static func status(_ access: AccessControl, _ request: Request) async throws -> (Int, String) {
    do {
      return (200, try await access.principal(of: request).name)
    } catch let error as APIError {
      return (error.status.code, error.code)
    }
  }

  @Test("a key is known by the whole of it, and has the scopes of its own")
  func keys() async throws {
    try await AccessBench.run { bench in
      let access = AccessControl(keys: Self.keys, signIns: bench.signIns)
      func ask(_ text: String) async throws -> (Int, String) {
        try await Self.status(access, AccessBench.request(.post, "/v1/calls", [.authorization: text]))
      }
      #expect(try await ask("Bearer k-1") == (200, "crm"))
      #expect(try await ask("bearer k-2") == (200, "all"))
      for wrong in ["Bearer k-3", "Bearer k-", "Bearer k-11", "Bearer ", "Bearer", "Basic k-1", "k-1", ""] {
        #expect(try await ask(wrong) == (401, "unauthorized"), "\(wrong)")
      }
      let crm = try await access.principal(of: AccessBench.request(.get, "/", [.authorization: "Bearer k-1"]))
      #expect(crm.may(.readCalls))
      #expect(!crm.may(.writeCalls))
    }
  }

  @Test("a session alone may read; whoever changes something shows the session's token")
  func csrf() async throws {
    try await AccessBench.run { bench in
      let access = AccessControl(keys: [], signIns: bench.signIns)
      let (opened, other) = (try await bench.signIn(), try await bench.signIn())
      let token = try #require(HTTPField.Name("X-CSRF-Token"))
      func ask(_ method: HTTPRequest.Method, _ shown: String?) async throws -> (Int, String) {
        var headers: HTTPFields = [.cookie: "\(SignIns.cookie)=\(opened.secret)"]
        headers[token] = shown
        return try await Self.status(access, AccessBench.request(method, "/v1/calls", headers))
      }
      #expect(try await ask(.get, nil) == (200, "ana"))
      for method in [HTTPRequest.Method.post, .patch, .delete, .put] {
        #expect(try await ask(method, nil) == (403, "csrf"))
        #expect(try await ask(method, "") == (403, "csrf"))
        #expect(try await ask(method, opened.secret) == (403, "csrf"))
        #expect(try await ask(method, SignIns.csrf(other.secret)) == (403, "csrf"))
        #expect(try await ask(method, SignIns.csrf(opened.secret)) == (200, "ana"))
      }
    }
  }

  @Test("without a key or a session, or with one that is over, nobody is known")
  func nobody() async throws {
    try await AccessBench.run { bench in
      let access = AccessControl(keys: Self.keys, signIns: bench.signIns)
      #expect(try await Self.status(access, AccessBench.request()) == (401, "unauthorized"))
      let opened = try await bench.signIn()
      bench.clock.pass(SignIns.longest)
      let request = AccessBench.request(.get, "/", [.cookie: "\(SignIns.cookie)=\(opened.secret)"])
      #expect(try await Self.status(access, request) == (401, "unauthorized"))
    }
  }

  @Test(
    "a cookie is found among others",
    arguments: [
      ("s=1", "1"), ("a=b; s=1; c=d", "1"), ("a=b;s=1", "1"), ("as=2; s=1", "1"), ("s=a=b", "a=b"), ("ss=1", nil),
      ("s=", nil), ("s", nil), (";;;", nil), ("=;=s", nil), ("", nil),
    ])
  func cookies(text: String, value: String?) {
    let headers: HTTPFields = [.cookie: text]
    #expect(headers.cookie("s") == value)
  }

  @Test("an agent does the work, a supervisor all")
  func roles() {
    let agent = Principal(AccessBench.ana.person, session: "s")
    let supervisor = Principal(AccessBench.sam.person, session: "s")
    for scope in APIScope.allCases {
      #expect(supervisor.may(scope))
      #expect(agent.may(scope) == ![.supervise, .administer, .readStatistics].contains(scope), "\(scope)")
    }
  }
}
