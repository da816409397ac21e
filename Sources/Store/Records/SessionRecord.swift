/// Somebody who is signed in.
public struct SessionRecord: Sendable, Equatable {
  /// E.g. `ses_…`.
  public var id: String
  /// What the token in their hands was digested to; the token itself is not kept.
  public var tokenDigest: String
  /// Who.
  public var person: String
  /// What they may do, e.g. `agent`.
  public var role: String
  /// When they signed in.
  public var createdAt: Timestamp
  /// When the session was last used.
  public var lastSeenAt: Timestamp
  /// When it ends.
  public var expiresAt: Timestamp
  /// From which address they signed in.
  public var address: String?
  /// With which browser, in its own words.
  public var agent: String?

  /// A session that has begun.
  public init(
    id: String, tokenDigest: String, person: String, role: String, createdAt: Timestamp, lastSeenAt: Timestamp,
    expiresAt: Timestamp, address: String? = nil, agent: String? = nil
  ) {
    self.id = id
    self.tokenDigest = tokenDigest
    self.person = person
    self.role = role
    self.createdAt = createdAt
    self.lastSeenAt = lastSeenAt
    self.expiresAt = expiresAt
    self.address = address
    self.agent = agent
  }
}
