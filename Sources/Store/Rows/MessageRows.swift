/// What was said.
package protocol MessageRows {
  /// A message by our name.
  func message(_ id: String) throws -> MessageRecord?
  /// A message by the channel's id.
  func message(channel: String, channelID: String) throws -> MessageRecord?
  /// What was said in a conversation and not withdrawn, the newest first, before the message at `sequence`.
  func messages(of conversation: String, before sequence: Int64?, limit: Int) throws -> [MessageRecord]
  /// What waits for an answer in a conversation, the oldest first.
  func pendingMessages(in conversation: String, limit: Int) throws -> [MessageRecord]
  /// The names of what waits for an answer in a conversation, the oldest first.
  func pending(in conversation: String, limit: Int) throws -> [String]
  /// Conversations in which something waits for an answer.
  func conversationsAwaitingAnswer() throws -> [String]
  /// The channel of the last message of a conversation.
  func lastChannel(of conversation: String) throws -> String?
  /// Whether a message of a channel is stored, and what was done to it before it came.
  func arrival(channel: String, channelID: String) throws -> (isKnown: Bool, early: EarlyChange?)
  /// What was noted of a message.
  func marks(of message: String) throws -> [MessageMark]
  /// What is noted of an answer.
  func answerNote(_ id: String) throws -> AnswerNote?
  /// The messages that belong to an answer, the customer's that it answers and ours that it says, with what is left of
  /// them in the outbox; the oldest first.
  func messages(ofAnswer answer: String) throws -> [(message: MessageRecord, item: OutboxItem?)]
}

/// Messages that can be changed.
package protocol WritableMessageRows: MessageRows {
  /// Stores a message, as a part of an answer if it is one. Returns it with its place among all messages, which grows. A
  /// name, or a channel's id on its channel, that is used twice is refused.
  func insert(_ message: MessageRecord, answer: String?, at now: Timestamp) throws -> MessageRecord
  /// Stores what changed of a message.
  func update(_ before: MessageRecord, to after: MessageRecord) throws
  /// What waits for an answer in a conversation is only noted from now on.
  func settlePending(in conversation: String) throws
  /// Notes that messages are answered by an answer.
  func markAnswered(_ messages: [String], by answer: String) throws
  /// Messages belong to an answer no more.
  func release(messagesOf answer: String) throws
  /// Notes something of a message, unless the like is noted already.
  func note(_ mark: MessageMark) throws
  /// Keeps what was done to a message until it comes, in place of what was done before.
  func keep(_ change: EarlyChange, channel: String, channelID: String, at now: Timestamp) throws
  /// Forgets what was done to a message.
  func removeEarlyChange(channel: String, channelID: String) throws
  /// Stores what is noted of an answer.
  func insert(_ note: AnswerNote) throws
  /// Forgets what is noted of the answers of conversations.
  func removeAnswerNotes(of conversations: [String]) throws
  /// Forgets what is noted of all answers.
  func removeAnswerNotes() throws
}
