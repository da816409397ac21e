/// What happened since some time, counted.
public struct StoreStatistics: Sendable, Equatable {
  /// How many within one hour.
  public struct Hour: Sendable, Equatable {
    /// Its beginning, by UTC.
    public var at: Timestamp
    /// How many.
    public var count: Int

    /// An hour.
    public init(at: Timestamp, count: Int) {
      self.at = at
      self.count = count
    }
  }

  /// Calls that began, by the hours in which there were any.
  public var calls: [Hour]
  /// Messages on messaging channels, of both sides, by the hours in which there were any.
  public var chats: [Hour]
  /// Escalations, by their kinds.
  public var escalations: [String: Int]
  /// Escalations of which the first reply came as promised.
  public var slaHit: Int
  /// Escalations of which it did not.
  public var slaMissed: Int
  /// Escalations for which nobody has come yet, since whenever.
  public var waiting: Int
  /// When the oldest of those came up.
  public var oldestWaiting: Timestamp?

  /// Figures.
  public init(
    calls: [Hour], chats: [Hour], escalations: [String: Int], slaHit: Int, slaMissed: Int, waiting: Int,
    oldestWaiting: Timestamp?
  ) {
    self.calls = calls
    self.chats = chats
    self.escalations = escalations
    self.slaHit = slaHit
    self.slaMissed = slaMissed
    self.waiting = waiting
    self.oldestWaiting = oldestWaiting
  }
}
