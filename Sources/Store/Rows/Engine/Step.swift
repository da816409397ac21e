/// A step under way: the rows that it reads and writes, and what of its changes is told.
struct Step {
  let rows: any WritableRows
  /// What has changed so far.
  private(set) var transition = Transition()
  /// Events that are stored so far.
  private(set) var told: [EventRecord] = []

  init(_ rows: any WritableRows) { self.rows = rows }

  // MARK: What is told

  /// Stores what is told of this step.
  mutating func tell(_ announcement: Announcement) throws {
    _ = try append(announcement.events)
    try enqueue(announcement.webhooks, at: announcement.at)
  }

  /// Stores events. Returns them in the same order; one whose name is known already is returned as it is stored.
  mutating func append(_ events: [NewEvent]) throws -> [EventRecord] {
    try events.map { event in
      if let known = try rows.event(event.id) { return known }
      let record = try rows.append(event)
      told.append(record)
      return record
    }
  }

  /// Puts deliveries into the queue; one of the same event to the same endpoint only once.
  func enqueue(_ webhooks: [NewWebhook], at now: Timestamp) throws {
    for webhook in webhooks {
      try rows.insert(WebhookQueue.enqueue(webhook, as: RecordID.make("hook", at: now), at: now))
    }
  }

  // MARK: What is changed

  mutating func insert(_ conversation: ConversationState) throws {
    try rows.insert(conversation)
    transition.note(nil, conversation)
  }

  mutating func update(_ before: ConversationState, to after: ConversationState) throws {
    guard before != after else { return }
    try rows.update(before, to: after)
    transition.note(before, after)
  }

  mutating func insert(_ escalation: EscalationRecord) throws {
    try rows.insert(escalation)
    transition.note(nil, escalation)
  }

  mutating func update(_ before: EscalationRecord, to after: EscalationRecord) throws {
    guard before != after else { return }
    try rows.update(before, to: after)
    transition.note(before, after)
  }

  /// Stores a message. Returns it with its place among all.
  @discardableResult
  mutating func insert(_ message: MessageRecord, answer: String? = nil, at now: Timestamp) throws -> MessageRecord {
    let stored = try rows.insert(message, answer: answer, at: now)
    transition.note(nil, stored)
    return stored
  }

  mutating func update(_ before: MessageRecord, to after: MessageRecord) throws {
    guard before != after else { return }
    try rows.update(before, to: after)
    transition.note(before, after)
  }

  /// Stores a call, whether or not it is known.
  mutating func put(_ before: CallRecord?, _ after: CallRecord) throws {
    guard before != after else { return }
    if let before { try rows.update(before, to: after) } else { try rows.insert(after) }
    transition.note(before, after)
  }

  /// Stores what became of an item of the outbox; nil takes it out.
  func update(_ before: OutboxItem, to after: OutboxItem?) throws {
    guard let after else { return try rows.removeItem(before.key) }
    if before != after { try rows.update(before, to: after) }
  }
}
