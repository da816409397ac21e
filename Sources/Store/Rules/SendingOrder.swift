/// What of an outbox may be sent as far as order is concerned. This says what the row layers' own question means
/// (`OutboxRows.due`), which answers it without reading a whole outbox.
package enum SendingOrder {
  /// Of the items of one account, in the order in which they were put in, those that may go: of each conversation the first
  /// that is not held, unless another of it is under way. An uncertain one counts as not taken once its time is over and
  /// nothing is unread that came before that (`unread` is when the oldest delivery came that is still to be read): its
  /// channel would have reported it by then.
  package static func ready(_ items: [OutboxItem], unread: Timestamp?) -> [OutboxItem] {
    let busy = Set(items.filter { $0.state == .sending }.map(\.conversation))
    var seen: Set<String> = []
    return items.filter { item in
      guard item.state != .held, seen.insert(item.conversation).inserted, !busy.contains(item.conversation) else {
        return false
      }
      return item.state == .queued || unread.map { item.dueAt < $0 } ?? true
    }
  }

  /// Those of `ready` that are due, the longest waiting first, at most `limit`.
  package static func due(_ ready: [OutboxItem], at now: Timestamp, limit: Int) -> [OutboxItem] {
    let due = ready.enumerated().filter { $0.element.dueAt <= now }
      .sorted { ($0.element.dueAt, $0.offset) < ($1.element.dueAt, $1.offset) }
    return due.prefix(max(0, limit)).map(\.element)
  }
}
