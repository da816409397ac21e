public import VoicePipeline

/// What a conversation in a chat does with one message: the seam between a channel and the mind.
///
/// It has the same mind as a call: a `Dialogue` with the same context, told the same facts. There is no playout in a
/// chat, so that all of an answer counts as heard once it was sent.
public protocol ChatConversation: Sendable {
  /// The conversation's name in logs and events.
  var id: String { get }
  /// Answers `message`; what it returns has to be sent in order. Never answers the same message twice: for an id that
  /// was seen it returns nothing.
  func answer(_ message: InboundMessage) async throws -> [ChatReply]
}

/// What a chat conversation wants done.
public enum ChatReply: Sendable, Equatable {
  /// Send this.
  case send(OutboundMessage.Content)
  /// A person is wanted.
  case escalate(reason: String)
  /// The conversation is over until the customer writes again.
  case end
}

/// Which messages have been seen lately, so that a webhook that is delivered again is not answered again. Keeps the
/// last `capacity` ids.
public struct SeenMessages: Sendable {
  private let capacity: Int
  private var order: [String] = []
  private var next = 0
  private var ids: Set<String> = []

  /// Remembers up to `capacity` ids, at least one.
  public init(capacity: Int = 10_000) {
    self.capacity = max(1, capacity)
  }

  /// Notes `id`. Returns whether it is new.
  public mutating func note(_ id: String) -> Bool {
    guard ids.insert(id).inserted else { return false }
    if order.count < capacity {
      order.append(id)
    } else {
      ids.remove(order[next])
      order[next] = id
      next = (next + 1) % capacity
    }
    return true
  }
}

/// The time in which anything may be written to a customer: 24 hours after their last message (WhatsApp's customer
/// service window). Times are seconds since 1970.
public struct ServiceWindow: Sendable, Equatable {
  /// 24 hours.
  public static let length: Int64 = 24 * 3600
  private var lastMessage: Int64?

  /// A window that has never been open.
  public init() {}

  /// The customer wrote at `time`.
  public mutating func customerWrote(at time: Int64) {
    lastMessage = max(lastMessage ?? time, time)
  }

  /// How many seconds it stays open after `now`; zero if it is closed.
  public func remaining(at now: Int64) -> Int64 {
    guard let lastMessage else { return 0 }
    let (age, overflow) = now.subtractingReportingOverflow(lastMessage)
    // A message from the future is a clock that goes wrong, not a longer window.
    return overflow ? 0 : max(0, Self.length - max(0, age))
  }

  /// Whether `message` may be sent at `now`.
  public func allows(_ message: OutboundMessage, at now: Int64) -> Bool {
    message.mayOpenConversation || remaining(at: now) > 0
  }
}

extension ChatReply {
  /// What an answer of a `Dialogue` means in a chat: its text in one message, then the deed.
  public static func replies(to events: [ReplyEvent]) -> [ChatReply] {
    var text = ""
    var deeds: [ChatReply] = []
    for event in events {
      switch event {
      case .text(let piece): text += piece
      case .transferToHuman(let reason): deeds.append(.escalate(reason: reason))
      case .hangUp: deeds.append(.end)
      case .choices, .sendMessage, .callCustomer: break
      }
    }
    return (text.isEmpty ? [] : [.send(.text(Private(text)))]) + deeds
  }
}
