/// Why a channel could not do its part.
public struct ChatError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, for code that decides what to do.
  public enum Kind: Sendable, Equatable {
    /// The token was refused.
    case unauthorized
    /// Too much was sent; try again after `after` where the channel said so.
    case rateLimited(after: Duration?)
    /// The customer service window has closed: only a template may be sent.
    case windowClosed
    /// The customer can't be reached on this channel.
    case unreachableCustomer
    /// The channel could not be reached, or failed.
    case unavailable
    /// The channel refused the message as it stands.
    case rejected
  }

  /// What went wrong.
  public var kind: Kind
  /// One line: what happened and what to do. Holds no word of a customer.
  public var message: String

  /// An error.
  public init(_ kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// Whether the same message may get through later.
  public var isRetryable: Bool {
    switch kind {
    case .rateLimited, .unavailable: true
    case .unauthorized, .windowClosed, .unreachableCustomer, .rejected: false
    }
  }

  /// The message.
  public var description: String { message }
}

/// What a channel reports, in the order in which it reported it.
public enum ChatEvent: Sendable, Equatable {
  /// A customer sent something. May come more than once; `InboundMessage.id` tells.
  case message(InboundMessage)
  /// A message of ours, by its key, has come this far.
  case status(key: String, DeliveryStatus)
}

/// A messaging service: one account of ours on it.
public protocol ChatChannel: Sendable {
  /// The channel's name in addresses and events, e.g. `whatsapp`.
  var name: String { get }
  /// What comes in. One reader.
  var events: AsyncStream<ChatEvent> { get }
  /// Sends `message` and returns the channel's id for it. The same key may be given again after a failure.
  func send(_ message: OutboundMessage) async throws(ChatError) -> String
  /// The bytes of what a customer sent, at most `limit` of them.
  func fetch(media: String, limit: Int) async throws(ChatError) -> [UInt8]
  /// Tells the customer that message `id` was seen and an answer is being written.
  func acknowledge(_ id: String) async throws(ChatError)
}
