/// What a channel reported of a message, or what was done with it, once for each state.
package struct MessageMark: Sendable, Equatable {
  /// Of which message.
  package var message: String
  /// What.
  package var kind: Kind
  /// When, by the channel's clock.
  package var at: Timestamp
  /// The channel's number for what went wrong.
  package var code: Int?
  /// Of one that is sent anew: the channel's id under which it had failed.
  package var channelID: String?

  /// What was marked.
  package enum Kind: Sendable, Hashable {
    /// It came so far.
    case state(MessageState)
    /// It is sent anew after the channel reported a failure.
    case resent
  }

  /// A mark.
  package init(_ message: String, _ kind: Kind, at time: Timestamp, code: Int? = nil, channelID: String? = nil) {
    self.message = message
    self.kind = kind
    at = time
    self.code = code
    self.channelID = channelID
  }
}

/// Messages on their way to a channel: what is stored when one is to be sent, and what follows from each attempt.
enum Sending {
  /// A message that is to be sent, and its place in the outbox.
  static func queue(
    _ message: OutgoingMessage, in conversation: String, at now: Timestamp
  ) -> (message: MessageRecord, item: OutboxItem) {
    let thread = message.thread
    return (
      MessageRecord(
        sequence: 0, id: message.key, conversation: conversation, channel: thread.channel, account: thread.account,
        author: message.author, person: message.person, kind: message.kind, text: message.text,
        detail: message.payload, media: message.media?.id, channelID: nil, replyTo: message.replyTo, call: nil,
        sentAt: now, state: .queued, failure: nil),
      OutboxItem(
        key: message.key, conversation: conversation, thread: thread, payload: message.payload,
        media: message.media?.id, replyTo: message.replyTo, state: .queued, attempts: 0, dueAt: now)
    )
  }

  /// The item once a request is about to be made; nil if none may be: it has begun, is held, or is not due.
  static func begin(_ item: OutboxItem, at now: Timestamp) -> OutboxItem? {
    guard item.state == .queued || item.state == .uncertain, item.dueAt <= now else { return nil }
    var item = item
    item.state = .sending
    return item
  }

  /// What an attempt leaves.
  struct Result: Sendable, Equatable {
    /// The message.
    var message: MessageRecord
    /// Its place in the outbox; nil if it needs none any more.
    var item: OutboxItem?
    /// What is noted beside.
    var mark: MessageMark?
  }

  /// What follows from an attempt. `idIsFree` says whether no other message has the channel's id: one that another has
  /// already is the channel's mistake, which sending again would not mend.
  static func finish(
    _ item: OutboxItem, _ message: MessageRecord, _ outcome: SendOutcome, idIsFree: Bool, at now: Timestamp
  ) -> Result {
    var result = Result(message: message, item: item)
    switch outcome {
    case .sent(let channelID):
      if idIsFree { result.message.channelID = channelID }
      if message.state == .queued {
        result.message.state = .sent
        result.message.failure = nil
      }
      result.item = nil
    case .retry(let time, let counts, let reason):
      result.item?.state = .queued
      result.item?.dueAt = time
      result.item?.attempts = item.attempts &+ (counts ? 1 : 0)
      result.message.failure = reason
    case .uncertain(let time):
      result.item?.state = .uncertain
      result.item?.dueAt = time
      result.item?.attempts = item.attempts &+ 1
    case .held(let reason):
      result.item?.state = .held
      result.message.failure = reason
    case .failed(let code, let reason):
      result.item = nil
      result.message.state = .failed
      result.message.failure = reason
      result.mark = MessageMark(message.id, .state(.failed), at: now, code: code)
    case .replaced(let payload, let kind, let reason):
      result.item?.state = .queued
      result.item?.dueAt = now
      result.item?.payload = payload
      result.item?.media = nil
      result.item?.attempts = item.attempts &+ 1
      result.message.kind = kind
      result.message.failure = reason
    }
    return result
  }

  /// A message that the channel had taken and then reported as failed, in the outbox once more; nil if that is not so, or
  /// it was sent anew before (`marks` are what was noted of it).
  static func resend(
    _ message: MessageRecord, to thread: ChatThread, marks: [MessageMark], payload: String, isHeld: Bool,
    notBefore time: Timestamp
  ) -> Result? {
    guard message.state == .failed, !marks.contains(where: { $0.kind == .resent }) else { return nil }
    let item = OutboxItem(
      key: message.id, conversation: message.conversation, thread: thread, payload: payload, media: message.media,
      replyTo: message.replyTo, state: isHeld ? .held : .queued, attempts: 1, dueAt: time)
    var result = Result(
      message: message, item: item, mark: MessageMark(message.id, .resent, at: time, channelID: message.channelID))
    result.message.state = .queued
    result.message.channelID = nil
    return result
  }

  /// After a start: what was being sent when the process ended is uncertain. While nobody listened no report could come:
  /// what was uncertain before waits anew, too.
  static func recover(_ item: OutboxItem, uncertainUntil time: Timestamp) -> OutboxItem {
    guard item.state == .sending || item.state == .uncertain else { return item }
    var item = item
    if item.state == .sending { item.attempts &+= 1 }
    item.state = .uncertain
    item.dueAt = max(item.dueAt, time)
    return item
  }

  /// A customer wrote at the thread of an item: what was held back may go.
  static func release(_ item: OutboxItem, at now: Timestamp) -> OutboxItem {
    guard item.state == .held else { return item }
    var item = item
    item.state = .queued
    item.dueAt = now
    return item
  }
}
