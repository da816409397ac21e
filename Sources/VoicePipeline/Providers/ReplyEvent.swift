/// A piece of an answer.
public enum ReplyEvent: Sendable, Equatable {
  /// More text to speak, in order; boundaries between pieces mean nothing.
  case text(String)
  /// A person is wanted. Any text before it is spoken first.
  case transferToHuman(reason: String)
  /// The conversation is over once the text before it has been spoken.
  case hangUp
  /// Offer these answers as buttons under the text; up to 10. There may be no text.
  case choices([ReplyChoice])
  /// Send this text to the caller's phone as a message while the call goes on.
  case sendMessage(String)
  /// Ring the customer who is writing.
  case callCustomer
}

/// An answer that a customer can give by a tap.
public struct ReplyChoice: Sendable, Equatable, Codable {
  /// The most choices that may be offered at once.
  public static let maximumCount = 10
  /// The longest title, in characters.
  public static let maximumTitle = 24
  /// The longest description, in characters.
  public static let maximumDescription = 72

  /// Names it: may come back in place of the title.
  public var id: String
  /// What the customer sees and, by tapping it, says. 1 to 24 characters.
  public var title: String
  /// A line below the title, where the channel shows one. Up to 72 characters.
  public var description: String?

  /// A choice.
  public init(id: String, title: String, description: String? = nil) {
    self.id = id
    self.title = title
    self.description = description
  }
}
