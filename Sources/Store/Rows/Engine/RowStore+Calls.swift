// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func save(_ call: CallRecord) async throws(StoreError) {
    try await write { step in try step.save(call) }
  }

  public func call(_ id: String) async throws(StoreError) -> CallRecord? {
    try await read { rows in try rows.call(id) }
  }

  public func calls(
    _ filter: CallFilter, before id: String?, limit: Int
  ) async throws(StoreError) -> [CallRecord] {
    try await read { rows in
      var filter = filter
      if let conversation = filter.conversation {
        filter.conversation = try rows.survivor(of: conversation)?.id ?? conversation
      }
      return try rows.calls(filter, before: id, limit: limit)
    }
  }

  public func endLostCalls(
    reason: String, at now: Timestamp, complete: @escaping @Sendable (inout CallRecord) -> Void
  ) async throws(StoreError) -> [CallRecord] {
    try await write { step in
      try step.rows.openCalls().map { open in
        var call = CallKeeping.end(open, reason: reason, lastSign: try step.rows.lastSign(of: open), at: now)
        complete(&call)
        try step.put(open, call)
        return call
      }
    }
  }

  public func add(_ spoken: SpokenMessage) async throws(StoreError) {
    try await write { step in
      guard let before = try step.rows.survivor(of: spoken.conversation) else { return }
      try step.insert(CallKeeping.message(spoken, as: RecordID.make("msg", at: spoken.at), in: before), at: spoken.at)
      var after = before
      after.touch(at: spoken.at)
      try step.update(before, to: after)
      if spoken.author == .person { try step.noteReply(in: before.id, at: spoken.at) }
    }
  }

  public func note(
    _ text: String, kind: String, by person: String?, in conversation: String, at now: Timestamp
  ) async throws(StoreError) {
    try await write { step in
      guard let known = try step.rows.survivor(of: conversation) else { return }
      try step.insert(
        MessageRecord(
          sequence: 0, id: RecordID.make("msg", at: now), conversation: known.id, channel: "console",
          author: .system, person: person, kind: kind, text: text, sentAt: now, state: .noted), at: now)
    }
  }

  public func remember(
    _ memory: String?, watch: String?, in conversation: String, replacing base: String?
  ) async throws(StoreError) -> MemoryOutcome {
    try await write { step in
      guard let before = try step.rows.survivor(of: conversation) else { return .stored }
      var after = before
      let outcome = after.remember(memory, watch: watch, replacing: base)
      guard outcome == .stored else { return outcome }
      try step.update(before, to: after)
      // Taking the last answer back would take this back, too.
      try step.rows.removeAnswerNotes(of: [before.id])
      return .stored
    }
  }

  public func add(turn: TurnRecord) async throws(StoreError) {
    try await write { step in try step.rows.put(turn) }
  }

  public func turns(of call: String) async throws(StoreError) -> [TurnRecord] {
    try await read { rows in try rows.turns(of: call) }
  }

  public func times(
    of step: String, since time: Timestamp, bounds: [Double]
  ) async throws(StoreError) -> StepTimes {
    try await read { rows in
      StepTimes(
        counting: try rows.times(of: step, since: time, limit: StepTimes.mostTurns), bounds: bounds)
    }
  }

  public func statistics(since time: Timestamp) async throws(StoreError) -> StoreStatistics {
    try await read { rows in try rows.statistics(since: time) }
  }
}

extension Step {
  /// Stores a call, or its new state.
  mutating func save(_ call: CallRecord) throws {
    var call = call
    // The conversation may have become another's part while the call went on.
    if let conversation = call.conversation {
      call.conversation = try rows.survivor(of: conversation)?.id ?? conversation
    }
    let known = try rows.call(call.id)
    try put(known, CallKeeping.update(known, to: call))
  }
}
