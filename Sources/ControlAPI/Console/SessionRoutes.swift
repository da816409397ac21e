import Desk
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import SocketIO
import Store

/// Signing in at the console, and out.
struct SessionRoutes: HTTPRoutes {
  let signIns: SignIns
  let audit: AuditTrail
  let services: APIServices
  /// Whether browsers come over TLS: the cookie is then for that alone.
  let isSecure: Bool
  /// Tells the pages of a session that it is over.
  let signedOut: @Sendable (_ session: String) -> Void

  private static let schema = JSONSchema.object([
    .optional("username", .string(1...200)), .optional("password", .string(1...1000)),
    .optional("link", .string(1...200)),
  ])

  func add(to router: Router<BasicRequestContext>) {
    router.post("session") { request, _ in try await signIn(request) }
    router.get("session") { request, _ in
      guard let secret = request.headers.cookie(SignIns.cookie),
        let principal = try await signIns.principal(of: secret)
      else { throw AccessControl.refused("nobody is signed in") }
      return await shown(principal, secret)
    }
    router.delete("session") { request, _ in
      if let secret = request.headers.cookie(SignIns.cookie),
        let principal = try await signIns.principal(of: secret), let session = principal.session
      {
        _ = try await services.store.revoke(session, at: services.clock.now)
        signedOut(session)
        await audit.note(principal.name, "session.closed", session, from: PeerAddress.of(request))
      }
      var response = Response(status: .noContent)
      response.headers[.setCookie] = cookie("", maxAge: 0)
      return response
    }
  }

  private func signIn(_ request: Request) async throws -> Response {
    // A page of somebody else could sign a browser in as who they like.
    if let origin = request.header("origin"), let host = request.head.authority,
      origin.lowercased() != "http://\(host.lowercased())", origin.lowercased() != "https://\(host.lowercased())"
    {
      throw APIError(status: .forbidden, code: "origin", message: "signing in is for the console's own page")
    }
    let bytes = try await APIPost.collect(request, upTo: 1 << 20)
    guard let json = JSONValue(bytes) else {
      throw APIError(status: .badRequest, code: "invalid_request", message: "the body is not JSON")
    }
    if let problem = Self.schema.problem(in: json) {
      throw APIError(status: .badRequest, code: "invalid_request", message: "\(problem)")
    }
    let (address, agent) = (PeerAddress.of(request), request.headers[.userAgent] ?? "")
    let opened: SignIns.Opened
    if let link = json["link"]?.string {
      opened = try await signIns.signIn(link: link, address: address, agent: agent)
      if let person = opened.principal.person { await services.desk.set(person) }
    } else {
      guard let username = json["username"]?.string, let password = json["password"]?.string else {
        throw APIError(
          status: .badRequest, code: "invalid_request", message: "expected username and password, or link")
      }
      opened = try await signIns.signIn(username: username, password: password, address: address, agent: agent)
    }
    var response = await shown(opened.principal, opened.secret)
    response.headers[.setCookie] = cookie(opened.secret, maxAge: Int(SignIns.longest / .seconds(1)))
    return response
  }

  private func shown(_ principal: Principal, _ secret: String) async -> Response {
    var person: JSONValue = .null
    if let known = principal.person {
      let view = await services.desk.people.first { $0.person.username == known.username }
      person = (view ?? PersonView(person: known, status: .offline, load: 0, isInCall: false)).json
    }
    return Response(json: (["person": person, "csrf": .string(SignIns.csrf(secret))] as JSONValue).text)
  }

  private func cookie(_ value: String, maxAge: Int) -> String {
    "\(SignIns.cookie)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(maxAge)" + (isSecure ? "; Secure" : "")
  }
}
