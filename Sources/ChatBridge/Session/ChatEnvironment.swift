import Store

/// Rings a customer who is writing: what a chat needs of the telephone.
public protocol CustomerCaller: Sendable {
  /// Places a call to `phone` (digits with country code) on which `assistant` speaks; returns once it rings or was
  /// refused. Throws why not, in one line without personal data.
  func call(phone: String, conversation: String, assistant: String) async throws(CustomerCallFailure)
}

/// Why a customer could not be rung.
public struct CustomerCallFailure: Error, Sendable, CustomStringConvertible {
  /// One line without personal data.
  public var description: String

  /// A failure.
  public init(_ description: String) { self.description = description }
}

/// What all chats share.
struct ChatEnvironment: Sendable {
  let store: any Storage
  let clock: any TimestampClock
  /// The account that a channel calls so, as it is configured now.
  let account: @Sendable (_ channel: String, _ account: String) -> ChatAccount?
  /// Whether there is anyone who could take over.
  let hasPeople: @Sendable () -> Bool
  let caller: (any CustomerCaller)?
  /// Answers that are worked out at once.
  let answers: Slots
  /// Recordings that are in memory at once.
  let recordings: Slots
  /// Something is in the outbox of an account.
  let wake: @Sendable (_ channel: String, _ account: String) -> Void
  let report: @Sendable (ChatEvent) -> Void
}
