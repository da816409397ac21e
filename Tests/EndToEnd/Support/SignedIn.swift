import TestSupport

/// Somebody who is signed in at the console.
struct SignedIn: Sendable {
  let username: String
  /// As it is sent back.
  let cookie: String
  private let http: UInt16
  private let headers: [(String, String)]

  /// The password of whoever has this name in `People.configured`.
  static func password(of username: String) -> String { "the long secret of \(username)" }

  init(_ server: Server, _ username: String) async throws {
    let body: CloudJSON = ["username": .string(username), "password": .string(Self.password(of: username))]
    let answer = try await server.request("POST", "/session", body: body.bytes)
    guard answer.status == 200, let cookie = answer.headers["set-cookie"]?.split(separator: ";").first,
      let csrf = answer.json["csrf"]?.string
    else { throw Trouble("\(username) can't sign in: \(answer.status) \(answer.text)") }
    self.username = username
    self.cookie = String(cookie)
    http = server.http
    headers = [("Cookie", String(cookie)), ("X-CSRF-Token", csrf)]
  }

  /// Makes a request as the page does.
  func api(_ method: String, _ path: String, _ json: CloudJSON? = nil) async throws -> HTTPAnswer {
    try await send(method, path, json?.bytes ?? [])
  }

  /// Sends bytes.
  func send(_ method: String, _ path: String, _ bytes: [UInt8]) async throws -> HTTPAnswer {
    try await HTTPAnswer.to(method, path, at: http, headers: headers, body: bytes)
  }
}

/// The people of the tests' configurations.
enum People {
  /// The agents Ana, whose telephone is at that port, and Ben, and the supervisor Sara.
  static func configured(phone: UInt16 = 9) -> String {
    func person(_ username: String, _ more: String) -> String {
      "  - {username: \(username), password: \"\(SignedIn.password(of: username))\", \(more)}"
    }
    return [
      "people:", person("ana", "name: Ana, sip: \"sip:ana@127.0.0.1:\(phone)\""), person("ben", "name: Ben"),
      person("sara", "name: Sara, role: supervisor"),
    ].joined(separator: "\n")
  }
}
