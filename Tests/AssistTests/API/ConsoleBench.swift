import ChatBridge
import Desk
import FoundationEssentials
import HTTPTypes
import JSON
import Logging
import Net
import NetClient
import SIPTransport
import Testing

@testable import Assist
@testable import ControlAPI
@testable import Coordination
@testable import Reporting
@testable import Settings
@testable import Telephony

/// A whole server, with people and keys, and its HTTP side on a free port.
struct ConsoleBench: Sendable {
  static let key = "all-key"
  static let ana = PersonConfiguration(
    person: Person(username: "ana", name: "Ana", role: .agent), password: Secret("correct horse"))
  static let sam = PersonConfiguration(
    person: Person(username: "sam", name: "Sam", role: .supervisor), password: Secret("battery staple"))
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  let server: Server
  let served: ServerRoutes
  let service: HTTPService
  let http: HTTPClient
  let address: SocketEndpoint

  /// Runs `body` with one.
  static func run(_ body: (ConsoleBench) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var configuration = Configuration(
      sip: SIPConfiguration(
        listen: [SIPListenAddress(transport: .udp, endpoint: SocketEndpoint(.loopback, port: 0))], anonymous: true),
      store: StoreConfiguration(path: folder.path + "/assist.db"))
    configuration.rtp.threads = 1
    configuration.people = [ana, sam]
    configuration.http.apiKeys = [
      APIKeyConfiguration(name: "all", key: Secret(key), scopes: Set(APIScope.allCases))
    ]
    let server = try await Server.start(configuration, figures: ServerFigures(), logger: quiet)
    let served = server.routes(configuration)
    let service = HTTPService(
      listen: SocketEndpoint(.loopback, port: 0), sources: .init(isReady: { true }, metrics: { [] }),
      routes: served.routes, socketIO: served.console.io, logger: quiet)
    let (ports, sink) = AsyncStream.makeStream(of: SocketEndpoint.self)
    let tasks = [
      Task { await server.run() }, Task { await served.console.run() },
      Task {
        try? await service.run { sink.yield($0) }
        sink.finish()
      },
    ]
    let http = HTTPClient()
    let result: Result<Void, any Error>
    do {
      var iterator = ports.makeAsyncIterator()
      let address = try #require(await iterator.next())
      try await body(ConsoleBench(server: server, served: served, service: service, http: http, address: address))
      result = .success(())
    } catch { result = .failure(error) }
    await server.stop()
    for task in tasks {
      task.cancel()
      await task.value
    }
    http.shutdown()
    try result.get()
  }

  /// Somebody's session.
  struct Session: Sendable {
    var cookie: String
    var csrf: String
  }

  func ask(
    _ method: NetClient.HTTPRequest.Method, _ path: String, _ json: JSONValue? = nil, key: String? = nil,
    session: Session? = nil, headers more: [HTTPHeader] = []
  ) async throws -> (status: Int, json: JSONValue?, response: NetClient.HTTPResponse) {
    // Of /v1/events a page.
    var headers = [HTTPHeader("Content-Type", "application/json"), HTTPHeader("Accept", "application/json")] + more
    if let key { headers.append(HTTPHeader("Authorization", "Bearer \(key)")) }
    if let session { headers += [HTTPHeader("Cookie", session.cookie), HTTPHeader("X-CSRF-Token", session.csrf)] }
    let response = try await http.send(
      NetClient.HTTPRequest(
        method, "http://\(address)\(path)", headers: headers, body: json.map { .bytes(Array($0.text.utf8)) } ?? .none))
    return (response.status, JSONValue(try await response.collect(upTo: 1 << 20)), response)
  }

  func signIn(_ person: PersonConfiguration) async throws -> Session {
    let answer = try await ask(
      .post, "/session",
      ["username": .string(person.person.username), "password": .string(person.password.value)])
    let cookie = try #require(answer.response.header("set-cookie")?.split(separator: ";").first)
    return Session(cookie: String(cookie), csrf: try #require(answer.json?["csrf"]?.string))
  }
}
