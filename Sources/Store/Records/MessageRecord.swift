/// Who said something.
public enum MessageAuthor: String, Sendable, Codable {
  /// The customer.
  case customer
  /// The assistant.
  case assistant
  /// A person of ours.
  case person
  /// A fact, such as a failed transfer.
  case system
}

/// How far a message has come.
///
/// An incoming one waits (`pending`) until it is `answered`, or is only `noted` because nothing has to be said to it. An
/// outgoing one goes from `queued` to `read` or `played` and never backwards, or ends as `failed`.
public enum MessageState: String, Sendable, Codable {
  case pending, answered, noted
  case queued, sent, delivered, read, played, failed, withdrawn

  /// Where an outgoing state stands on its way; nil for all others.
  public var progress: Int? {
    switch self {
    case .queued: 0
    case .sent: 1
    case .delivered: 2
    case .read: 3
    case .played: 4
    case .pending, .answered, .noted, .failed, .withdrawn: nil
    }
  }

  /// Whether a channel's report `next` is news to a message in this state. Reports come in any order: `read` may come
  /// before `delivered`, and what a device has got can't fail any more.
  public func advances(to next: MessageState) -> Bool {
    guard let mine = progress else { return false }
    if next == .failed { return mine < 2 }
    guard let theirs = next.progress else { return false }
    return theirs > mine
  }
}

/// One thing said, on whichever channel.
public struct MessageRecord: Sendable, Equatable {
  /// Its place among all messages; grows.
  public var sequence: Int64
  /// E.g. `msg_…`.
  public var id: String
  /// Of which conversation.
  public var conversation: String
  /// `phone`, or the messaging channel's name.
  public var channel: String
  /// The account of ours on the channel; nil for calls.
  public var account: String?
  /// Who said it.
  public var author: MessageAuthor
  /// Which person, if one did.
  public var person: String?
  /// What it is, in the channel's word: `text`, `audio`, `image`, …; `speech` in a call.
  public var kind: String
  /// Its words: what was written, a caption, a transcript.
  public var text: String
  /// What else there is to it, as JSON.
  public var detail: String?
  /// Its sound or picture, by the name of the stored media.
  public var media: String?
  /// The channel's own id.
  public var channelID: String?
  /// The channel's id of the message that it answers.
  public var replyTo: String?
  /// The call in which it was said.
  public var call: String?
  /// When it was said, by the channel's clock.
  public var sentAt: Timestamp
  /// How far it has come.
  public var state: MessageState
  /// Why it failed, in one line.
  public var failure: String?
}
