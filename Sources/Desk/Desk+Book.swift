import Store

extension Desk {
  /// Sees all that is open: what has changed since the last time, or all of it the first time.
  func readOpen() async throws(StoreError) {
    while let revision = seen.revision {
      let changes = try await book.escalations(changedSince: revision, limit: Self.mostOpen)
      seen.apply(changes)
      if changes.records.count < Self.mostOpen, seen.revision != nil { return }
    }
    seen.replace(with: try await book.unresolvedEscalations(limit: Self.mostOpen))
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
