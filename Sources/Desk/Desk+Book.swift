import Store

extension Desk {
  /// All that is open, at most `mostOpen`.
  func readOpen() async throws(StoreError) -> [EscalationRecord] {
    try await book.escalations(in: [.waiting, .offered, .callback, .claimed], after: nil, limit: Self.mostOpen)
  }

  /// Those that were put off until now wait again, and their first reply is promised anew.
  func recallCallbacks(at now: Timestamp) async throws(StoreError) -> [EscalationRecord] {
    let recalled = try await book.recallCallbacks(at: now, dueAt: nil)
    for record in recalled {
      guard let due = settings.firstReplyDue(priority: record.priority, from: now) else { continue }
      try await book.promise(record.id, by: due)
    }
    return recalled
  }
}
