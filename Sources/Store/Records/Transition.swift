/// A record before and after a step.
public struct Change<Record: Sendable & Equatable>: Sendable, Equatable {
  /// As it was; nil if the step made it.
  public var before: Record?
  /// As it is now.
  public var after: Record

  /// A change.
  public init(_ before: Record?, _ after: Record) {
    self.before = before
    self.after = after
  }

  /// Whether `value` is another than before; of a record that was made, whether it is there at all.
  public func changed<Value: Equatable>(_ value: (Record) -> Value?) -> Bool { before.flatMap(value) != value(after) }
}

/// What one step of the store changed, of all that is ever told outside: each record at most once, as it was before the
/// step and as it is after. What a step changes of many messages at once (those that wait for an answer are answered, or
/// noted when a person comes) is not listed message by message.
public struct Transition: Sendable, Equatable {
  /// Conversations; two that became one are both here, the one that is a part now with `mergedInto`.
  public private(set) var conversations: [Change<ConversationState>] = []
  /// Who is wanted and who comes.
  public private(set) var escalations: [Change<EscalationRecord>] = []
  /// Messages: those that came or were stored (`before` is nil) and those that came further.
  public private(set) var messages: [Change<MessageRecord>] = []
  /// Calls.
  public private(set) var calls: [Change<CallRecord>] = []

  /// Nothing has changed.
  public init() {}

  /// Whether nothing has changed.
  public var isEmpty: Bool {
    conversations.isEmpty && escalations.isEmpty && messages.isEmpty && calls.isEmpty
  }

  /// The conversation that changed hands, as it is now: the first whose epoch grew.
  public var conversation: ConversationState? {
    conversations.first { $0.changed(\.epoch) && $0.after.mergedInto == nil }?.after
  }

  /// An escalation as it is now, if the step changed it.
  public func escalation(_ id: String) -> EscalationRecord? { escalations.first { $0.after.id == id }?.after }

  mutating func note(_ before: ConversationState?, _ after: ConversationState) {
    Self.note(before, after, by: \.id, in: &conversations)
  }

  mutating func note(_ before: EscalationRecord?, _ after: EscalationRecord) {
    Self.note(before, after, by: \.id, in: &escalations)
  }

  mutating func note(_ before: MessageRecord?, _ after: MessageRecord) {
    Self.note(before, after, by: \.id, in: &messages)
  }

  mutating func note(_ before: CallRecord?, _ after: CallRecord) { Self.note(before, after, by: \.id, in: &calls) }

  /// A record that changes twice in one step is told once, from how it was to how it is.
  private static func note<Record: Equatable>(
    _ before: Record?, _ after: Record, by id: KeyPath<Record, String>, in changes: inout [Change<Record>]
  ) {
    guard before != after else { return }
    if let index = changes.lastIndex(where: { $0.after[keyPath: id] == after[keyPath: id] }) {
      changes[index].after = after
    } else {
      changes.append(Change(before, after))
    }
  }
}
