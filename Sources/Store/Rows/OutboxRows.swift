/// Messages on their way to a channel, in the order in which they were put in.
package protocol OutboxRows {
  /// What `SendingOrder.due` says of what `SendingOrder.ready` says of the items of an account, given when the oldest
  /// delivery came that has not been applied. A layer answers this without looking at all of a large outbox.
  func due(channel: String, account: String, at now: Timestamp, limit: Int) throws -> [OutboxItem]
  /// The earliest time at which one of those falls due that `SendingOrder.ready` names.
  func nextDue(channel: String, account: String) throws -> Timestamp?
  /// Items by their keys; one that is not there is left out.
  func items(_ keys: [String]) throws -> [OutboxItem]
  /// All items of a conversation on a channel.
  func items(of conversation: String, channel: String) throws -> [OutboxItem]
  /// All items in one of `states`.
  func items(in states: Set<OutboxItem.State>) throws -> [OutboxItem]
  /// An item with its message.
  func outgoing(_ key: String) throws -> (item: OutboxItem, message: MessageRecord)?
  /// What the assistant said in a conversation and no request is being made for: items that are queued or held.
  func unsentByAssistant(in conversation: String) throws -> [(item: OutboxItem, message: MessageRecord)]
}

/// An outbox that can be changed.
package protocol WritableOutboxRows: OutboxRows {
  /// Puts an item in, behind all others. A key that is there is refused.
  func insert(_ item: OutboxItem, answer: String?) throws
  /// Stores what changed of an item; it keeps its place.
  func update(_ before: OutboxItem, to after: OutboxItem) throws
  /// Takes an item out.
  func removeItem(_ key: String) throws
  /// Does `Sending.release` to all items of a thread.
  func releaseHeld(in conversation: String, channel: String, account: String, at now: Timestamp) throws
}
