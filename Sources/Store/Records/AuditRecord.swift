/// Something that somebody did or looked at.
public struct NewAudit: Sendable, Equatable {
  /// When.
  public var at: Timestamp
  /// Who.
  public var who: String
  /// What, e.g. `session.open`.
  public var action: String
  /// With what, by its name.
  public var subject: String?
  /// What else there is to say.
  public var detail: String?
  /// From which address.
  public var address: String?

  /// Something done.
  public init(
    at: Timestamp, who: String, action: String, subject: String? = nil, detail: String? = nil, address: String? = nil
  ) {
    self.at = at
    self.who = who
    self.action = action
    self.subject = subject
    self.detail = detail
    self.address = address
  }
}

/// An entry of the audit.
public struct AuditRecord: Sendable, Equatable {
  /// Its place among all entries; grows.
  public var sequence: Int64
  /// When.
  public var at: Timestamp
  /// Who.
  public var who: String
  /// What.
  public var action: String
  /// With what, by its name.
  public var subject: String?
  /// What else there is to say.
  public var detail: String?
  /// From which address.
  public var address: String?
}
