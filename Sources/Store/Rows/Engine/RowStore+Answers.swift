// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func conversationsAwaitingAnswer() async throws(StoreError) -> [String] {
    try await read { rows in try rows.conversationsAwaitingAnswer() }
  }

  public func pendingMessages(in conversation: String) async throws(StoreError) -> [MessageRecord] {
    try await read { rows in
      guard let known = try rows.survivor(of: conversation) else { return [] }
      return try rows.pendingMessages(in: known.id, limit: Answering.largestQuestion)
    }
  }

  public func commit(_ answer: Answer, at now: Timestamp) async throws(StoreError) -> AnswerOutcome {
    try await write { step in
      // Of the one that was named: an answer to what became a part of another was worked out without the other half.
      let conversation = try step.rows.conversation(answer.conversation)
      let pending = try step.rows.pending(in: answer.conversation, limit: Answering.largestQuestion)
      let outcome = Answering.outcome(of: answer, conversation, pending: pending)
      guard outcome == .committed, let before = conversation else { return outcome }
      let (given, note) = Answering.give(answer, in: before, at: now)
      // An answer that another has followed can't be taken back any more.
      try step.rows.removeAnswerNotes(of: [before.id])
      try step.rows.insert(note)
      for message in answer.messages { try step.queue(message, in: before.id, answer: answer.id, at: now) }
      try step.rows.markAnswered(answer.answered, by: answer.id)
      try step.update(before, to: given)
      if let escalation = answer.escalation {
        let record = EscalationRecord(RecordID.make("esc", at: now), escalation, in: given.id, at: now)
        _ = try step.own(given, []) { $0.escalate(record, at: now) }
      }
      return .committed
    }
  }

  public func withdraw(_ answer: String, at now: Timestamp) async throws(StoreError) -> Bool {
    try await write { step in
      guard let note = try step.rows.answerNote(answer) else { return false }
      let messages = try step.rows.messages(ofAnswer: answer)
      let before = try step.rows.conversation(note.conversation)
      let said = messages.filter { $0.message.author != .customer }
      guard let before, let after = Answering.takeBack(note, in: before, messages: said) else { return false }
      for (message, item) in said {
        if let item { try step.rows.removeItem(item.key) }
        var withdrawn = message
        withdrawn.state = .withdrawn
        try step.update(message, to: withdrawn)
      }
      for (message, _) in messages where message.author == .customer {
        try step.update(message, to: Answering.ask(message))
      }
      try step.rows.release(messagesOf: answer)
      try step.rows.removeAnswerNotes(of: [note.conversation])
      try step.update(before, to: after)
      return true
    }
  }

  public func enqueue(
    _ message: OutgoingMessage, in conversation: String, at now: Timestamp
  ) async throws(StoreError) {
    try await write { step in
      guard let before = try step.rows.survivor(of: conversation) else {
        throw StoreError.failed("a message is for a conversation that is not there")
      }
      try step.queue(message, in: before.id, answer: nil, at: now)
      var after = before
      after.updatedAt = now
      try step.update(before, to: after)
    }
  }
}
