import ChatBridge
import Coordination
import Desk
import HTTPTypes
import Hummingbird
import NIOCore
import Store

@testable import ControlAPI
@testable import Settings

/// A clock that says what the test wants.
final class SetClock: TimestampClock {
  private let time = Locked(Timestamp(milliseconds: 1_795_000_000_000))
  var now: Timestamp { time.withLock { $0 } }

  func sleep(until deadline: Timestamp) async throws {
    try Task.checkCancellation()
    time.withLock { $0 = max($0, deadline) }
  }

  func pass(_ duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}

/// Those who sign in, with a store of their own and a clock that the test moves.
struct AccessBench {
  static let ana = PersonConfiguration(
    person: Person(username: "ana", name: "Ana", role: .agent), password: Secret("correct horse"))
  static let sam = PersonConfiguration(
    person: Person(username: "sam", name: "Sam", role: .supervisor), password: Secret("battery staple"))

  let store: RowStore
  let clock = SetClock()
  let signIns: SignIns

  /// Runs `body` with one.
  static func run(
    people: [PersonConfiguration] = [ana, sam], _ body: (AccessBench) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let store = try RowStore(sqlite: folder.path + "/access.db")
    let bench = AccessBench(store: store, people: people)
    do {
      try await body(bench)
      await store.close()
    } catch {
      await store.close()
      throw error
    }
  }

  private init(store: RowStore, people: [PersonConfiguration]) {
    self.store = store
    signIns = SignIns(people: people, book: store, clock: clock)
  }

  func signIn(_ username: String = "ana", _ password: String = "correct horse", from address: String = "192.0.2.1")
    async throws -> SignIns.Opened
  {
    try await signIns.signIn(username: username, password: password, address: address, agent: "browser")
  }

  static func request(
    _ method: HTTPTypes.HTTPRequest.Method = .get, _ path: String = "/v1/calls", _ headers: HTTPFields = [:]
  ) -> Request {
    Request(
      head: HTTPTypes.HTTPRequest(method: method, scheme: "http", authority: "x", path: path, headerFields: headers),
      body: RequestBody(buffer: ByteBuffer()))
  }
}
