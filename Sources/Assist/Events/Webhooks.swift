import JSON
import Logging
import NetClient
import Settings
import Store

/// All webhook endpoints of the configuration, and what the API shows of them.
final class Webhooks: Sendable {
  private let senders: [WebhookSender]
  private let book: any WebhookBook
  private let clock: any TimestampClock

  /// Endpoints over `http`, which should be a client of its own: a slow endpoint holds up nothing else.
  init(
    _ endpoints: [WebhookEndpoint], book: any WebhookBook, http: HTTPClient = HTTPClient(),
    clock: any TimestampClock = WallClock(), logger: Logger
  ) {
    self.book = book
    self.clock = clock
    senders = endpoints.map { WebhookSender($0, book: book, http: http, clock: clock, logger: logger) }
  }

  /// The names of the endpoints that want events of a type.
  func endpoints(for type: AssistEventType) -> [String] {
    senders.compactMap { $0.endpoint.wants(type) ? $0.endpoint.name : nil }
  }

  /// There may be something to send.
  func wake() { for sender in senders { sender.wake() } }

  /// Delivers until `stop`.
  func run() async {
    await withDiscardingTaskGroup { group in
      for sender in senders { group.addTask { await sender.run() } }
    }
  }

  /// Makes no new requests; `run` returns when those under way have ended.
  func stop() { for sender in senders { sender.stop() } }

  /// By the endpoint's name.
  var figures: [(endpoint: String, figures: WebhookSender.Figures)] {
    senders.map { ($0.endpoint.name, $0.figures) }
  }

  // MARK: The API

  /// `GET /v1/webhooks/dead`: a page of deliveries that were given up, the newest first.
  func dead(before cursor: String?, limit: Int) async throws(StoreError) -> JSONValue {
    let found = try await book.deadWebhooks(before: cursor, limit: limit)
    let items = found.map { dead -> JSONValue in
      [
        "id": .string(dead.id), "endpoint": .string(dead.endpoint), "created_at": .string(dead.createdAt.text),
        "attempts": .int(dead.attempts), "status": JSONValue(dead.lastStatus), "error": JSONValue(dead.lastError),
        "event": JSONValue(Array(dead.body.utf8)) ?? .null,
      ]
    }
    let next = found.count == limit ? found.last?.id : nil
    return ["data": .array(items), "cursor": JSONValue(next)]
  }

  /// `POST /v1/webhooks/{id}/retry`: makes a delivery that was given up anew; false if there is none of this name.
  func retry(_ id: String) async throws(StoreError) -> Bool {
    let isThere = try await book.retry(webhook: id, at: clock.now)
    if isThere { wake() }
    return isThere
  }
}
