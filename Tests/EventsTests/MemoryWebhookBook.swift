import Coordination
import JSON

@testable import Events
@testable import Store

/// Deliveries in memory; it can be made to fail.
final class MemoryWebhookBook: WebhookBook {
  private let entries = Locked<[WebhookDelivery]>([])
  private let outcomes = Locked<[WebhookOutcome]>([])
  private let finishFails = Locked(0)

  func add(_ event: AssistEvent, to endpoint: String, at now: Timestamp) async throws(StoreError) {
    try await enqueue(webhooks: [NewWebhook(endpoint: endpoint, event: event.id, body: event.json.text)], at: now)
  }
  func failFinishing(_ times: Int) { finishFails.withLock { $0 = times } }
  /// What became of the attempts.
  var noted: [WebhookOutcome] { outcomes.withLock { $0 } }
  var delivered: Int { noted.count { if case .delivered = $0 { true } else { false } } }

  func enqueue(webhooks: [NewWebhook], at now: Timestamp) async throws(StoreError) {
    entries.withLock { entries in
      for webhook in webhooks {
        entries.append(
          WebhookDelivery(
            id: "hook_\(entries.count)", endpoint: webhook.endpoint, event: webhook.event, body: webhook.body,
            attempts: 0, state: .pending, dueAt: now, lastStatus: nil, lastError: nil, createdAt: now,
            deliveredAt: nil))
      }
    }
  }

  func dueWebhooks(
    endpoint: String, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [WebhookDelivery] {
    entries.withLock { entries in
      let due = entries.filter { $0.endpoint == endpoint && $0.state == .pending && $0.dueAt <= now }
      return Array(due.sorted { $0.dueAt < $1.dueAt }.prefix(limit))
    }
  }

  func nextWebhookDue(endpoint: String) async throws(StoreError) -> Timestamp? {
    entries.withLock { $0.filter { $0.endpoint == endpoint && $0.state == .pending }.map(\.dueAt).min() }
  }

  func webhook(_ id: String) async throws(StoreError) -> WebhookDelivery? {
    entries.withLock { $0.first { $0.id == id } }
  }

  func finish(webhook id: String, _ outcome: WebhookOutcome, at now: Timestamp) async throws(StoreError) {
    let fails = finishFails.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
    if fails { throw .failed("the disk is full") }
    outcomes.withLock { $0.append(outcome) }
    entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
      entries[index].attempts += 1
      switch outcome {
      case .delivered(let status):
        entries[index].state = .delivered
        entries[index].lastStatus = status
      case .retry(let time, let status, let error):
        entries[index].dueAt = time
        entries[index].lastStatus = status
        entries[index].lastError = error
      case .dead(let status, let error):
        entries[index].state = .dead
        entries[index].lastStatus = status
        entries[index].lastError = error
      }
    }
  }

  func deadWebhooks(before id: String?, limit: Int) async throws(StoreError) -> [WebhookDelivery] {
    entries.withLock { Array($0.filter { $0.state == .dead }.reversed().prefix(limit)) }
  }

  func retry(webhook id: String, at now: Timestamp) async throws(StoreError) -> Bool {
    entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.id == id && $0.state == .dead }) else { return false }
      entries[index].state = .pending
      entries[index].attempts = 0
      entries[index].dueAt = now
      return true
    }
  }

  func forgetWebhooks(before time: Timestamp) async throws(StoreError) {
    entries.withLock { $0.removeAll { $0.createdAt < time && $0.state != .pending } }
  }
}
