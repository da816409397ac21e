/// A message that is on its way to a channel.
public struct OutboxItem: Sendable, Equatable {
  /// How sending it stands.
  public enum State: String, Sendable {
    /// It waits for its time.
    case queued
    /// A request is under way, or was when the process ended.
    case sending
    /// A request was made and its answer was lost: the channel may have taken it. A report with our key tells, or time.
    case uncertain
    /// The customer service window is closed: it waits for the customer to write.
    case held
  }

  /// The message's name, also our key at the channel.
  public var key: String
  /// Of which conversation.
  public var conversation: String
  /// Where to.
  public var thread: ChatThread
  /// What the channel's adapter needs.
  public var payload: String
  /// The stored sound that goes with it.
  public var media: String?
  /// The channel's id of the message that it answers.
  public var replyTo: String?
  /// How it stands.
  public var state: State
  /// How many requests have failed.
  public var attempts: Int
  /// When it may be sent.
  public var dueAt: Timestamp
}

/// What became of a request to send.
public enum SendOutcome: Sendable, Equatable {
  /// The channel took it under this id.
  case sent(channelID: String)
  /// It shall be tried again, not before a time. `counts` says whether this was an attempt.
  case retry(at: Timestamp, counts: Bool, reason: String)
  /// Nobody knows: look again at a time.
  case uncertain(until: Timestamp)
  /// The customer service window is closed.
  case held(reason: String)
  /// It can't be sent.
  case failed(code: Int?, reason: String)
  /// It is sent in another form.
  case replaced(payload: String, kind: String, reason: String)
}
