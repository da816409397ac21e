// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func due(
    channel: String, account: String, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [OutboxItem] {
    try await read { rows in try rows.due(channel: channel, account: account, at: now, limit: limit) }
  }

  public func nextDue(channel: String, account: String) async throws(StoreError) -> Timestamp? {
    try await read { rows in try rows.nextDue(channel: channel, account: account) }
  }

  public func beginSending(_ keys: [String], at now: Timestamp) async throws(StoreError) -> Set<String> {
    guard !keys.isEmpty else { return [] }
    return try await write { step in
      var begun: Set<String> = []
      for item in try step.rows.items(keys) {
        guard let sending = Sending.begin(item, at: now) else { continue }
        try step.rows.update(item, to: sending)
        begun.insert(item.key)
      }
      return begun
    }
  }

  public func finishSending(
    _ key: String, _ outcome: SendOutcome, at now: Timestamp
  ) async throws(StoreError) {
    try await write { step in
      // A report may have come first and closed the item: then it is known what became of it.
      guard let (item, message) = try step.rows.outgoing(key) else { return }
      var idIsFree = true
      if case .sent(let channelID) = outcome {
        idIsFree = try step.isFree(channelID, on: message.channel, for: message.id)
      }
      let result = Sending.finish(item, message, outcome, idIsFree: idIsFree, at: now)
      try step.update(message, to: result.message)
      try step.update(item, to: result.item)
      if let mark = result.mark { try step.rows.note(mark) }
    }
  }

  public func resend(
    _ key: String, payload: String, isHeld: Bool, notBefore time: Timestamp
  ) async throws(StoreError) -> Bool {
    try await write { step in
      guard let message = try step.rows.message(key),
        let thread = try step.rows.threads(of: [message.conversation])[message.conversation]?
          .first(where: { $0.channel == message.channel && $0.account == message.account }),
        let result = Sending.resend(
          message, to: thread, marks: try step.rows.marks(of: key), payload: payload, isHeld: isHeld,
          notBefore: time),
        let item = result.item, let mark = result.mark
      else { return false }
      try step.rows.note(mark)
      try step.rows.insert(item, answer: nil)
      try step.update(message, to: result.message)
      return true
    }
  }

  public func recover(uncertainUntil time: Timestamp) async throws(StoreError) {
    try await write { step in
      for item in try step.rows.items(in: [.sending, .uncertain]) {
        try step.update(item, to: Sending.recover(item, uncertainUntil: time))
      }
      // No answer is taken back any more: nobody remembers its conversation.
      try step.rows.removeAnswerNotes()
    }
  }
}
