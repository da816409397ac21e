import JSON
import NetClient

/// The person of the demo at the console: signs in by the link, takes over, answers and gives back, over the same HTTP
/// that the page uses.
struct DemoDesk: Sendable {
  /// Where the console is, e.g. `http://127.0.0.1:8080`.
  let address: String
  let link: String
  let journal: DemoJournal
  private let http = HTTPClient()

  init(address: String, link: String, journal: DemoJournal) {
    self.address = address
    self.link = link
    self.journal = journal
  }

  /// What the browser would keep.
  struct Session: Sendable {
    var cookie: String
    var csrf: String
  }

  /// Signs in: from now on there is somebody to whom customers can be given.
  func signIn() async throws -> Session {
    let response = try await http.send(
      HTTPRequest(.post, "\(address)/session", body: .bytes(Array((["link": .string(link)] as JSONValue).text.utf8))))
    let bytes = try await response.collect(upTo: 1 << 20)
    guard response.status == 200, let csrf = JSONValue(bytes)?["csrf"]?.string,
      let cookie = response.header("set-cookie")?.split(separator: ";").first
    else { throw CommandFailure("signing in at the console failed with status \(response.status)") }
    return Session(cookie: String(cookie), csrf: csrf)
  }

  /// Waits for somebody in the queue, takes over, writes `text`, and gives the conversation back.
  func takeOver(_ session: Session, writing text: String) async throws {
    guard let waiting = try await firstWaiting(session), let id = waiting["id"]?.string,
      let conversation = waiting["conversation"]?.string
    else { throw CommandFailure("nobody came into the queue") }
    let package = try await get("escalations/\(id)", session)["package"] ?? .null
    journal.deskSees(
      waiting["reason"]?.string ?? "", summary: package["summary"]?.array.compactMap(\.string) ?? [])
    _ = try await post("escalations/\(id)/claim", [:], session)
    journal.deskTakes()
    _ = try await post("conversations/\(conversation)/messages", ["text": .string(text)], session)
    _ = try await post("conversations/\(conversation)/release", ["note": "The card limit was raised."], session)
    journal.deskGivesBack()
  }

  private func firstWaiting(_ session: Session) async throws -> JSONValue? {
    for _ in 0..<200 {
      for state in ["waiting", "offered"] {
        if let first = try await get("escalations?state=\(state)", session)["data"]?.array.first { return first }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  private func get(_ path: String, _ session: Session) async throws -> JSONValue {
    try await ask(.get, path, nil, session)
  }

  private func post(_ path: String, _ body: JSONValue, _ session: Session) async throws -> JSONValue {
    try await ask(.post, path, body, session)
  }

  private func ask(
    _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue?, _ session: Session
  ) async throws -> JSONValue {
    var request = HTTPRequest(method, "\(address)/v1/\(path)")
    request.headers = [HTTPHeader("Cookie", session.cookie), HTTPHeader("X-CSRF-Token", session.csrf)]
    if let body { request.body = .bytes(Array(body.text.utf8)) }
    let response = try await http.send(request)
    let bytes = try await response.collect(upTo: 4 << 20)
    guard (200..<300).contains(response.status), let json = JSONValue(bytes) else {
      throw CommandFailure("the console answered \(path) with status \(response.status)")
    }
    return json
  }
}
