/// What the last answer of a conversation changed, for as long as it may be taken back.
package struct AnswerNote: Sendable, Equatable {
  /// The answer's name.
  package var id: String
  /// In which conversation.
  package var conversation: String
  /// What the dialogue kept before.
  package var previousMemory: String?
  /// What was kept to know when a person is wanted before.
  package var previousWatch: String?
  /// The epoch under which it was given.
  package var epoch: Int64

  /// A note.
  package init(id: String, conversation: String, previousMemory: String?, previousWatch: String?, epoch: Int64) {
    self.id = id
    self.conversation = conversation
    self.previousMemory = previousMemory
    self.previousWatch = previousWatch
    self.epoch = epoch
  }
}

/// Whether an answer still stands when it is ready, and whether one that was given can be taken back.
enum Answering {
  /// Messages of a customer that one answer covers at most: whoever floods us is answered in portions.
  static let largestQuestion = 200

  /// What becomes of an answer, given what waits in its conversation (at most `largestQuestion`, the oldest first).
  static func outcome(of answer: Answer, _ conversation: ConversationState?, pending: [String]) -> AnswerOutcome {
    guard let conversation, conversation.mergedInto == nil, conversation.owner == .assistant,
      conversation.epoch == answer.epoch
    else { return .obsolete }
    let answered = Set(answer.answered)
    guard answered.isSubset(of: pending) else { return pending.isEmpty ? .obsolete : .superseded }
    guard answer.allowsMore || pending.count == answered.count else { return .superseded }
    return .committed
  }

  /// The conversation once an answer is given, and what is noted so that it can be taken back.
  static func give(
    _ answer: Answer, in conversation: ConversationState, at now: Timestamp
  ) -> (ConversationState, AnswerNote) {
    let note = AnswerNote(
      id: answer.id, conversation: conversation.id, previousMemory: conversation.memory,
      previousWatch: conversation.watch, epoch: answer.epoch)
    var conversation = conversation
    conversation.memory = answer.memory ?? conversation.memory
    conversation.watch = answer.watch ?? conversation.watch
    conversation.updatedAt = now
    return (conversation, note)
  }

  /// A message of an answer and what is left of it in the outbox; nil once it was sent.
  typealias Sent = (message: MessageRecord, item: OutboxItem?)

  /// The conversation once an answer is taken back; nil if it can't be, since a request to send any of it was made,
  /// somebody else has the conversation, or another answer has followed (then there is no note of this one).
  static func takeBack(
    _ note: AnswerNote, in conversation: ConversationState?, messages: [Sent]
  ) -> ConversationState? {
    guard var conversation, conversation.owner == .assistant, conversation.epoch == note.epoch else { return nil }
    let isUntouched = messages.allSatisfy { $0.item?.state == .queued && $0.item?.attempts == 0 }
    guard isUntouched else { return nil }
    conversation.memory = note.previousMemory
    conversation.watch = note.previousWatch
    return conversation
  }

  /// A question whose answer was taken back waits again, unless it was taken back itself.
  static func ask(_ message: MessageRecord) -> MessageRecord {
    var message = message
    message.state = message.kind == MessageRecord.revokedKind ? .noted : .pending
    return message
  }
}

extension MessageRecord {
  /// The kind of a message that its customer has taken back.
  static let revokedKind = "revoked"
}
