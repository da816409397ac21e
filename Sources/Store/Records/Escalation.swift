/// A person is wanted.
public struct NewEscalation: Sendable, Equatable {
  /// Why, for that person, in one line.
  public var reason: String
  /// On which channel.
  public var channel: String

  /// A wish for a person.
  public init(reason: String, channel: String) {
    self.reason = reason
    self.channel = channel
  }
}

/// A wish for a person and what became of it.
public struct EscalationRecord: Sendable, Equatable {
  /// How it stands.
  public enum State: String, Sendable, Codable {
    /// Nobody has come yet.
    case waiting
    /// A person has taken it.
    case claimed
    /// It is done.
    case resolved
  }

  /// E.g. `esc_…`.
  public var id: String
  /// Of which conversation.
  public var conversation: String
  /// Why.
  public var reason: String
  /// On which channel.
  public var channel: String
  /// How it stands.
  public var state: State
  /// Who took it.
  public var person: String?
  /// Since when a person is wanted.
  public var createdAt: Timestamp
}
