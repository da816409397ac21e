import Desk
import HTTPTypes
import JSON
import Settings
import Store

/// People, figures, and what an administrator looks after.
struct DeskOperations: Sendable {
  let services: APIServices
  let audit: AuditTrail
  /// Tells the pages of a session that it is over.
  let signedOut: @Sendable (_ session: String) -> Void

  var all: [APIOperation] { [people, setPerson, statistics, sessions, revoke, entries] }

  private var people: APIOperation {
    APIOperation(
      id: "listPeople", method: .get, path: "people", summary: "Who works here, and who is there.", scope: .readPeople,
      answer: .page(APISchemas.person)
    ) { _ in .page(await services.desk.people.map(\.json), next: nil) }
  }

  private var setPerson: APIOperation {
    APIOperation(
      id: "setPerson", method: .patch, path: "people/{id}",
      summary: "Sets whether someone can be asked, and for how much at a time. Of others only a supervisor may.",
      scope: .writePeople,
      body: .json(
        .object([
          .optional("status", .oneOf(["online", "away", "busy"])), .optional("capacity", .integer(0...100)),
        ])), answer: .json(.ok, APISchemas.person)
    ) { call in
      let username = try call.id
      guard await services.desk.person(username) != nil else { throw APIError.missing("person") }
      if call.principal.person?.username != username, !call.principal.may(.supervise) {
        throw APIError(status: .forbidden, code: "forbidden", message: "only a supervisor changes others")
      }
      if let status = call.json["status"]?.string.flatMap({ PersonStatus(rawValue: $0) }) {
        await services.desk.set(status, for: username)
      }
      if let capacity = call.json["capacity"]?.integer {
        await services.desk.set(capacity: Int(capacity), for: username)
      }
      await audit.note(call.principal.name, "person.changed", username, from: call.address)
      guard let view = await services.desk.people.first(where: { $0.person.username == username }) else {
        throw APIError.missing("person")
      }
      return .json(view.json)
    }
  }

  private var statistics: APIOperation {
    APIOperation(
      id: "statistics", method: .get, path: "statistics",
      summary: "Calls, chats, latency, escalations and providers over the last hours.", scope: .readStatistics,
      query: [.init(name: "hours", schema: .integer(1...720), summary: "How many hours; 24 if it is left out.")],
      answer: .json(.ok, APISchemas.statistics)
    ) { call in
      let hours = call.query("hours").flatMap { Int($0) } ?? 24
      return .json(try await services.statistics(hours: hours))
    }
  }

  // MARK: Sessions and the audit log

  private var sessions: APIOperation {
    APIOperation(
      id: "listSessions", method: .get, path: "sessions", summary: "Who is signed in.", scope: .administer,
      answer: .page(APISchemas.session)
    ) { call in
      let now = services.clock.now
      let found = try await services.store.sessions(person: nil).filter { $0.expiresAt > now }
      return .page(found.map { $0.json(current: $0.id == call.principal.session) }, next: nil)
    }
  }

  private var revoke: APIOperation {
    APIOperation(
      id: "revokeSession", method: .delete, path: "sessions/{id}", summary: "Signs somebody out.", scope: .administer,
      answer: .nothing
    ) { call in
      let id = try call.id
      guard try await services.store.revoke(id, at: services.clock.now) else { throw APIError.missing("session") }
      signedOut(id)
      await audit.note(call.principal.name, "session.revoked", id, from: call.address)
      return .nothing
    }
  }

  private var entries: APIOperation {
    APIOperation(
      id: "listAudit", method: .get, path: "audit", summary: "Who saw and did what, the newest first.",
      scope: .administer, query: APIOperation.paging, answer: .page(APISchemas.audit)
    ) { call in
      let found = try await services.store.audits(before: try call.sequence, limit: call.limit)
      return .page(
        found.map(\.json), next: found.count == call.limit ? found.last.map { "\($0.sequence)" } : nil)
    }
  }
}
