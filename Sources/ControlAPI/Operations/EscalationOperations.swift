import Desk
import Handover
import HTTPTypes
import JSON
import Settings
import Store

/// The queue of people wanted.
struct EscalationOperations: Sendable {
  let services: APIServices
  let audit: AuditTrail

  var all: [APIOperation] { [list, show, claim, decline, resolve] }

  private var list: APIOperation {
    APIOperation(
      id: "listEscalations", method: .get, path: "escalations",
      summary: "Wishes for a person, the most urgent first.", scope: .readEscalations,
      query: APIOperation.paging + [
        .init(
          name: "state", schema: .oneOf(EscalationRecord.State.allCases.map(\.rawValue)), summary: "In one state.")
      ], answer: .page(APISchemas.escalation)
    ) { call in
      let state = call.query("state").flatMap { EscalationRecord.State(rawValue: $0) }
      let found = try await services.store.escalations(
        in: state.map { [$0] }, after: call.cursor, limit: call.limit)
      var views: [JSONValue] = []
      for record in found { views.append(await services.view(record)) }
      return .page(views, next: found.count == call.limit ? found.last?.id : nil)
    }
  }

  private var show: APIOperation {
    APIOperation(
      id: "showEscalation", method: .get, path: "escalations/{id}",
      summary: "A wish for a person, with all that person is given.", scope: .readEscalations,
      answer: .json(.ok, APISchemas.escalation)
    ) { call in
      guard let record = try await services.store.escalation(try call.id) else { throw APIError.missing("escalation") }
      await audit.note(call.principal.name, "escalation.read", record.id, from: call.address)
      return .json(await services.view(record, withPackage: true))
    }
  }

  private var claim: APIOperation {
    APIOperation(
      id: "claimEscalation", method: .post, path: "escalations/{id}/claim",
      summary: "Takes it. Of several who do at once exactly one gets it; the others are told who.",
      scope: .writeEscalations,
      body: .json(
        .object([
          .optional("person", .string(1...100)), .optional("force", .boolean),
          .optional("ring", .oneOf(["bridge", "refer"])),
        ])), answer: .json(.ok, APISchemas.escalation)
    ) { call in
      let id = try call.id
      let person = call.person
      let force = call.json["force"]?.bool ?? false
      if force, !call.principal.may(.supervise) {
        throw APIError(status: .forbidden, code: "forbidden", message: "only a supervisor takes by force")
      }
      let claimed = try await services.handover.claim(id, by: person, force: force, ring: call.ring)
      await audit.note(call.principal.name, "escalation.claimed", id, from: call.address)
      guard case .object(var view) = await services.view(claimed.wish) else { return .json(.null) }
      view["epoch"] = .integer(claimed.epoch)
      return .json(.object(view))
    }
  }

  private var decline: APIOperation {
    APIOperation(
      id: "declineEscalation", method: .post, path: "escalations/{id}/decline",
      summary: "Gives an offer back: it goes to the next.", scope: .writeEscalations,
      body: .json(.object([.optional("person", .string(1...100))])), answer: .json(.ok, APISchemas.accepted)
    ) { call in
      let id = try call.id
      let person = call.person
      try await services.desk.decline(id, by: person)
      await audit.note(call.principal.name, "escalation.declined", id, from: call.address)
      return .json(["id": .string(id)])
    }
  }

  private var resolve: APIOperation {
    APIOperation(
      id: "resolveEscalation", method: .post, path: "escalations/{id}/resolve", summary: "Closes it.",
      scope: .writeEscalations, body: .json(.object([.optional("note", .nullable(.string(0...2000)))])),
      answer: .json(.ok, APISchemas.escalation)
    ) { call in
      let id = try call.id
      let resolved = try await services.desk.resolve(
        id, by: call.principal.name, note: call.json["note"]?.string)
      await audit.note(call.principal.name, "escalation.resolved", id, from: call.address)
      return .json(await services.view(resolved))
    }
  }
}
