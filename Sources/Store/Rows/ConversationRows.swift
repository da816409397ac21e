/// Conversations and where their customers are written to.
package protocol ConversationRows {
  /// A conversation, whether or not it became a part of another.
  func conversation(_ id: String) throws -> ConversationState?
  /// The conversation that `id` became a part of, or itself. Whatever became a part of it points at it at once, so that one
  /// step is enough.
  func survivor(of id: String) throws -> ConversationState?
  /// The conversation of a customer that is no part of another.
  func conversation(ofCustomer customer: String) throws -> ConversationState?
  /// Conversations that are no part of another, by their last change and then by name, the last first, those before
  /// `cursor`.
  func conversations(
    _ filter: ConversationFilter, before cursor: (updatedAt: Timestamp, id: String)?, limit: Int
  ) throws -> [ConversationState]
  /// The threads of conversations, by channel and account.
  func threads(of conversations: [String]) throws -> [String: [ChatThread]]
}

/// Conversations that can be changed.
package protocol WritableConversationRows: ConversationRows {
  /// Stores a conversation.
  func insert(_ conversation: ConversationState) throws
  /// Stores what changed of a conversation.
  func update(_ before: ConversationState, to after: ConversationState) throws
  /// Stores a thread of a conversation in place of the one of the same channel and account.
  func put(_ thread: ChatThread, of conversation: String) throws
  /// Forgets the threads of a conversation.
  func removeThreads(of conversation: String) throws
  /// Makes all messages, escalations, calls and items of the outbox of one conversation those of another, and whatever
  /// became a part of the one a part of the other.
  func move(_ conversation: String, into other: String) throws
}
