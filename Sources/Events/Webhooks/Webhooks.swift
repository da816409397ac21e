import JSON
package import Logging
package import NetClient
package import Settings
package import Store

/// All webhook endpoints of the configuration, and what the API shows of them.
package final class Webhooks: Sendable {
  private let senders: [WebhookSender]
  private let book: any WebhookBook
  private let clock: any TimestampClock

  /// Endpoints over `http`, which should be a client of its own: a slow endpoint holds up nothing else.
  package init(
    _ endpoints: [WebhookEndpoint], book: any WebhookBook, http: HTTPClient = HTTPClient(),
    clock: any TimestampClock = WallClock(), logger: Logger
  ) {
    self.book = book
    self.clock = clock
    senders = endpoints.map { WebhookSender($0, book: book, http: http, clock: clock, logger: logger) }
  }

  /// The names of the endpoints that want events of a type.
  package func endpoints(for type: AssistEventType) -> [String] {
    senders.compactMap { $0.endpoint.wants(type) ? $0.endpoint.name : nil }
  }

  /// There may be something to send.
  package func wake() { for sender in senders { sender.wake() } }

  /// Delivers until `stop`.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for sender in senders { group.addTask { await sender.run() } }
    }
  }

  /// Makes no new requests; `run` returns when those under way have ended.
  package func stop() { for sender in senders { sender.stop() } }

  /// By the endpoint's name.
  package var figures: [(endpoint: String, figures: WebhookSender.Figures)] {
    senders.map { ($0.endpoint.name, $0.figures) }
  }

  // MARK: What was given up

  /// Deliveries that were given up, the newest first, before the one named.
  package func dead(before cursor: String?, limit: Int) async throws(StoreError) -> [WebhookDelivery] {
    try await book.deadWebhooks(before: cursor, limit: limit)
  }

  /// Makes a delivery that was given up anew; false if there is none of this name.
  package func retry(_ id: String) async throws(StoreError) -> Bool {
    let isThere = try await book.retry(webhook: id, at: clock.now)
    if isThere { wake() }
    return isThere
  }
}
