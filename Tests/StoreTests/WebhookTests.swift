import Store
import Testing

@Suite("Outbound webhooks", .everyStore)
struct WebhookTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  private func enqueue(_ events: String..., to endpoint: String = "crm", at now: Timestamp = at(1_000)) async throws {
    try await store.enqueue(
      webhooks: events.map { NewWebhook(endpoint: endpoint, event: $0, body: "of \($0)") }, at: now)
  }

  private func due(_ endpoint: String = "crm", at now: Timestamp = at(2_000)) async throws -> [WebhookDelivery] {
    try await store.dueWebhooks(endpoint: endpoint, at: now, limit: 10)
  }

  @Test("what is to be posted waits for each endpoint in order, and goes when it has arrived")
  func delivered() async throws {
    try await enqueue("e1", "e2")
    try await enqueue("e1", to: "bi")
    #expect(try await due().map(\.event) == ["e1", "e2"])
    #expect(try await due("bi").map(\.body) == ["of e1"])
    #expect(try await due(at: at(999)).isEmpty)
    #expect(try await store.nextWebhookDue(endpoint: "crm") == at(1_000))
    let first = try #require(try await due().first)
    try await store.finish(webhook: first.id, .delivered(status: 204), at: at(1_001))
    let done = try #require(try await store.webhook(first.id))
    #expect(done.state == .delivered && done.attempts == 1 && done.lastStatus == 204 && done.deliveredAt == at(1_001))
    #expect(try await due().map(\.event) == ["e2"])
    // What is known of it already does not change.
    try await store.finish(webhook: first.id, .dead(status: nil, error: "late"), at: at(1_002))
    #expect(try await store.webhook(first.id) == done)
    #expect(try await store.webhook("hook_none") == nil)
    #expect(try await store.nextWebhookDue(endpoint: "none") == nil)
  }

  @Test("what fails is tried again at its time, by a new process too, until it is given up")
  func retried() async throws {
    try await enqueue("e1")
    let id = try #require(try await due().first).id
    try await store.finish(webhook: id, .retry(at: at(1_010), status: 503, error: "busy"), at: at(1_001))
    #expect(try await due(at: at(1_009)).isEmpty)
    #expect(try await store.nextWebhookDue(endpoint: "crm") == at(1_010))
    let after = try TestStore(afterKilling: test).store
    let again = try #require(try await after.dueWebhooks(endpoint: "crm", at: at(1_010), limit: 1).first)
    #expect(again.id == id && again.attempts == 1 && again.lastStatus == 503 && again.lastError == "busy")
    try await store.finish(webhook: id, .dead(status: nil, error: "no route"), at: at(1_011))
    #expect(try await due().isEmpty)
    #expect(try await store.deadWebhooks(before: nil, limit: 10).map(\.lastError) == ["no route"])
    #expect(try await store.retry(webhook: id, at: at(1_020)))
    #expect(try await !store.retry(webhook: id, at: at(1_020)))
    #expect(try await due(at: at(1_020)).map(\.attempts) == [0])
    #expect(try await store.deadWebhooks(before: nil, limit: 10).isEmpty)
  }

  @Test("those given up are listed by pages, the newest first; old ones are forgotten, waiting ones never")
  func dead() async throws {
    for index in 0..<5 { try await enqueue("e\(index)", at: at(1_000 + Int64(index))) }
    for delivery in try await due().prefix(4) {
      try await store.finish(webhook: delivery.id, .dead(status: 410, error: nil), at: at(1_010))
    }
    let page = try await store.deadWebhooks(before: nil, limit: 2)
    #expect(page.map(\.event) == ["e3", "e2"])
    #expect(try await store.deadWebhooks(before: page.last?.id, limit: 9).map(\.event) == ["e1", "e0"])
    try await store.forgetWebhooks(before: at(1_002))
    #expect(try await store.deadWebhooks(before: nil, limit: 9).map(\.event) == ["e3", "e2"])
    try await store.forgetWebhooks(before: at(9_000))
    #expect(try await store.deadWebhooks(before: nil, limit: 9).isEmpty)
    #expect(try await due().map(\.event) == ["e4"])
  }
}
