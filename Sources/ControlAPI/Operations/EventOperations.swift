import Events
import HTTPTypes
import Hummingbird
import JSON
import Reporting
import Settings
import Store

/// Events as they happen, and the webhooks that could not be told of them.
struct EventOperations: Sendable {
  let events: ServerEvents
  let audit: AuditTrail

  var all: [APIOperation] { [stream, dead, retry] }

  private var stream: APIOperation {
    APIOperation(
      id: "events", method: .get, path: "events",
      summary: "Server-sent events; as a page of those that are kept with Accept: application/json.",
      scope: .readEvents,
      query: [
        .init(name: "after", schema: .string(1...100), summary: "The event that was seen last, as Last-Event-ID."),
        .init(name: "types", schema: .string(1...1000), summary: "Some types, with commas between them."),
        .init(name: "conversation", schema: .string(1...100), summary: "Of one conversation."),
        .init(name: "limit", schema: .integer(1...1000), summary: "How many, of a page."),
      ], answer: .bytes(type: "text/event-stream", orJSON: .object([.required("data", .array(.any))], isOpen: true))
    ) { call in .response(try await EventStreamRoute(hub: events.hub, log: events.log).eventsResponse(call.request)) }
  }

  private var dead: APIOperation {
    APIOperation(
      id: "listDeadWebhooks", method: .get, path: "webhooks/dead",
      summary: "Deliveries to webhooks that were given up, the newest first.", scope: .administer,
      query: APIOperation.paging, answer: .json(.ok, .object([], isOpen: true))
    ) { call in
      let found = try await events.webhooks.dead(before: call.cursor, limit: call.limit)
      return .page(found.map(\.deadJSON), next: found.count == call.limit ? found.last?.id : nil)
    }
  }

  private var retry: APIOperation {
    APIOperation(
      id: "retryWebhook", method: .post, path: "webhooks/{id}/retry", summary: "Tries such a delivery anew.",
      scope: .administer, body: .json(.object([])), answer: .json(.accepted, APISchemas.accepted)
    ) { call in
      let id = try call.id
      guard try await events.webhooks.retry(id) else { throw APIError.missing("delivery that was given up") }
      await audit.note(call.principal.name, "webhook.retried", id, from: call.address)
      return .json(["id": .string(id), "state": "pending"])
    }
  }
}
