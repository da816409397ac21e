/// A person is wanted.
public struct NewEscalation: Sendable, Equatable {
  /// Which condition was met, e.g. `explicit_request`.
  public var kind: String
  /// Why, for that person, in one line.
  public var reason: String
  /// On which channel.
  public var channel: String
  /// How urgent: 1 is the most, 5 the least.
  public var priority: Int
  /// What whoever comes should know about.
  public var skills: [String]
  /// The call in which it came up.
  public var call: String?
  /// What was said that led to it, as JSON.
  public var evidence: String?
  /// What whoever comes gets to read first, as JSON.
  public var package: String?
  /// By when the first reply is promised.
  public var dueAt: Timestamp?

  /// Who is wanted, and why.
  public init(
    kind: String = "explicit_request", reason: String, channel: String, priority: Int = 3, skills: [String] = [],
    call: String? = nil, evidence: String? = nil, package: String? = nil, dueAt: Timestamp? = nil
  ) {
    self.kind = kind
    self.reason = reason
    self.channel = channel
    self.priority = priority
    self.skills = skills
    self.call = call
    self.evidence = evidence
    self.package = package
    self.dueAt = dueAt
  }
}

/// That a person is wanted, and what became of it. A conversation has at most one that is waiting, offered or claimed.
public struct EscalationRecord: Sendable, Equatable {
  /// How it stands.
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Nobody has come yet.
    case waiting
    /// One person is asked, until a deadline.
    case offered
    /// A person has taken it.
    case claimed
    /// It is done.
    case resolved
    /// Someone comes back to the customer later; until then the conversation is as if nobody were wanted.
    case callback
  }

  /// E.g. `esc_…`.
  public var id: String
  /// Of which conversation.
  public var conversation: String
  /// Which condition was met.
  public var kind: String
  /// Why.
  public var reason: String
  /// On which channel.
  public var channel: String
  /// How urgent: 1 is the most, 5 the least.
  public var priority: Int
  /// What whoever comes should know about.
  public var skills: [String]
  /// The call in which it came up.
  public var call: String?
  /// What was said that led to it, as JSON.
  public var evidence: String?
  /// What whoever comes gets to read first, as JSON.
  public var package: String?
  /// How it stands.
  public var state: State
  /// Who took it.
  public var person: String?
  /// Since when a person is wanted.
  public var createdAt: Timestamp
  /// By when the first reply is promised.
  public var dueAt: Timestamp?
  /// Who is asked.
  public var offeredTo: String?
  /// Until when.
  public var offerEndsAt: Timestamp?
  /// Since when its person has it.
  public var claimedAt: Timestamp?
  /// When a person first replied.
  public var firstReplyAt: Timestamp?
  /// When it was done.
  public var resolvedAt: Timestamp?
  /// When someone shall come back to the customer; of one that is resolved, when someone should have.
  public var callbackAt: Timestamp?
  /// What whoever closed or postponed it noted.
  public var note: String?
  /// Whether the first reply did not come in time.
  public var missedSLA: Bool
}

extension EscalationRecord {
  /// One as it begins; the rest is set where it differs.
  public init(
    id: String, conversation: String, reason: String, channel: String, state: State, person: String? = nil,
    createdAt: Timestamp
  ) {
    self.init(
      id: id, conversation: conversation, kind: "explicit_request", reason: reason, channel: channel, priority: 3,
      skills: [], state: state, person: person, createdAt: createdAt, missedSLA: false)
  }
}

/// What became of it when a person wanted to have an escalation.
public enum ClaimOutcome: Sendable, Equatable {
  /// It is theirs, and so is the conversation, in a new epoch.
  case claimed(EscalationRecord, epoch: Int64)
  /// Somebody else has it or is being asked.
  case taken(by: String?)
  /// It is done, or was never there.
  case gone
}

/// Escalations, and how far they lead.
public struct EscalationChanges: Sendable, Equatable {
  /// How many are changed in one step by what concerns all whose time has come. Whoever asks again gets the rest.
  public static let mostAtOnce = 500

  /// Escalations as they are now.
  public var records: [EscalationRecord]
  /// What changes later has a higher one.
  public var revision: Int64

  /// Escalations.
  public init(_ records: [EscalationRecord], revision: Int64) {
    self.records = records
    self.revision = revision
  }
}
