package import Store

/// A conversation has another owner, or the same one anew.
package struct OwnershipChange: Sendable, Equatable {
  /// The conversation as it is now.
  package var conversation: ConversationRecord
  /// The wish for a person that it was about, as it is now; nil if nobody had asked for one.
  package var escalation: EscalationRecord?
  /// What whoever gives it back tells the assistant.
  package var note: String?
  /// Whether its call, if one is going on, follows: falls silent for a person, is talked to by the assistant again. Not
  /// while a telephone decides that.
  package var movesCall: Bool
}
