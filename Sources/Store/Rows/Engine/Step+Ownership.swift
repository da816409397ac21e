// Who has a conversation, within a step.
extension Step {
  /// What `body` makes of who has the conversation that `id` became a part of; nil if there is none.
  mutating func own<Value>(
    survivorOf id: String, _ body: (inout Ownership) throws -> Value
  ) throws -> Value? {
    try rows.survivor(of: id).map { try own($0, rows.openEscalation(of: $0.id).map { [$0] } ?? [], body) }
  }

  /// What `body` makes of who has a conversation.
  mutating func own<Value>(
    _ conversation: ConversationState, _ escalations: [EscalationRecord], _ body: (inout Ownership) throws -> Value
  ) throws -> Value {
    var ownership = Ownership(conversation, escalations)
    let value = try body(&ownership)
    try store(ownership, from: conversation, escalations)
    return value
  }

  private mutating func store(
    _ ownership: Ownership, from conversation: ConversationState, _ escalations: [EscalationRecord]
  ) throws {
    try update(conversation, to: ownership.conversation)
    if ownership.settlesPending { try rows.settlePending(in: conversation.id) }
    if ownership.silencesAssistant { try withdrawUnsent(in: conversation.id) }
    // What is closed makes room for what is opened: a conversation has at most one that is open.
    let known = Dictionary(escalations.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    for escalation in ownership.escalations.sorted(by: { !$0.isOpen && $1.isOpen }) {
      if let before = known[escalation.id] {
        try update(before, to: escalation)
      } else {
        try insert(escalation)
      }
    }
  }

  /// A person speaks from now on: what the assistant said and no request was made for yet is not said any more.
  private mutating func withdrawUnsent(in conversation: String) throws {
    for (item, message) in try rows.unsentByAssistant(in: conversation) {
      try rows.removeItem(item.key)
      var withdrawn = message
      withdrawn.state = .withdrawn
      try update(message, to: withdrawn)
    }
  }

  /// Somebody is wanted in the conversation that `id` became a part of. Returns the escalation, if the assistant had it.
  mutating func escalate(_ id: String, _ new: NewEscalation, at now: Timestamp) throws -> EscalationRecord? {
    guard let conversation = try rows.survivor(of: id), conversation.owner == .assistant else { return nil }
    let record = EscalationRecord(RecordID.make("esc", at: now), new, in: conversation.id, at: now)
    return try own(conversation, []) { $0.escalate(record, at: now) } ? record : nil
  }

  /// A person has said something in a conversation.
  mutating func noteReply(in conversation: String, at now: Timestamp) throws {
    guard let before = try rows.openEscalation(of: conversation) else { return }
    var escalation = before
    if escalation.reply(at: now) { try update(before, to: escalation) }
  }
}
