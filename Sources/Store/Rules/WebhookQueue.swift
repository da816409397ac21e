/// What becomes of a delivery to somebody's server.
enum WebhookQueue {
  /// A delivery that waits from `now` on.
  static func enqueue(_ webhook: NewWebhook, as id: String, at now: Timestamp) -> WebhookDelivery {
    WebhookDelivery(
      id: id, endpoint: webhook.endpoint, event: webhook.event, body: webhook.body, attempts: 0, state: .pending,
      dueAt: now, createdAt: now)
  }

  /// A delivery after an attempt; nil if it was over before: what is known of it already does not change.
  static func finish(_ delivery: WebhookDelivery, _ outcome: WebhookOutcome, at now: Timestamp) -> WebhookDelivery? {
    guard delivery.state == .pending else { return nil }
    var delivery = delivery
    delivery.attempts &+= 1
    switch outcome {
    case .delivered(let status):
      delivery.state = .delivered
      delivery.lastStatus = status
      delivery.lastError = nil
      delivery.deliveredAt = now
    case .retry(let time, let status, let error):
      delivery.dueAt = time
      delivery.lastStatus = status
      delivery.lastError = error
    case .dead(let status, let error):
      delivery.state = .dead
      delivery.lastStatus = status
      delivery.lastError = error
    }
    return delivery
  }

  /// A delivery that was given up, to be tried anew; nil if it was not.
  static func retry(_ delivery: WebhookDelivery, at now: Timestamp) -> WebhookDelivery? {
    guard delivery.state == .dead else { return nil }
    var delivery = delivery
    delivery.state = .pending
    delivery.attempts = 0
    delivery.dueAt = now
    return delivery
  }
}
