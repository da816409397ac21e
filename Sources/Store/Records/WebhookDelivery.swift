/// An event that is to be posted to somebody's server.
public struct NewWebhook: Sendable, Equatable {
  /// Where to, by the name that the configuration gives it or by its address.
  public var endpoint: String
  /// Which event, by its name.
  public var event: String
  /// What is posted, the same on every attempt.
  public var body: String

  /// A delivery to make.
  public init(endpoint: String, event: String, body: String) {
    self.endpoint = endpoint
    self.event = event
    self.body = body
  }
}

/// A delivery of an event and how it stands.
public struct WebhookDelivery: Sendable, Equatable {
  /// How it stands.
  public enum State: String, Sendable, Codable {
    /// It waits for its time, or for the end of an attempt.
    case pending
    /// It has arrived.
    case delivered
    /// It was given up.
    case dead
  }

  /// E.g. `hook_…`.
  public var id: String
  /// Where to.
  public var endpoint: String
  /// Which event, by its name.
  public var event: String
  /// What is posted.
  public var body: String
  /// How often it was tried.
  public var attempts: Int
  /// How it stands.
  public var state: State
  /// When it may be tried.
  public var dueAt: Timestamp
  /// The HTTP status of the last attempt, if there was an answer.
  public var lastStatus: Int?
  /// What went wrong at the last attempt, in one line.
  public var lastError: String?
  /// Since when it is to be delivered.
  public var createdAt: Timestamp
  /// When it arrived.
  public var deliveredAt: Timestamp?
}

/// What became of an attempt to post.
public enum WebhookOutcome: Sendable, Equatable {
  /// It has arrived.
  case delivered(status: Int)
  /// It shall be tried again, not before a time.
  case retry(at: Timestamp, status: Int?, error: String?)
  /// It is given up.
  case dead(status: Int?, error: String?)
}
