/// How soon a customer shall be helped. Time counts while somebody is there, by the business hours.
package struct SLASettings: Sendable, Equatable {
  /// The times of one priority.
  package struct Times: Sendable, Equatable {
    /// From the wish for a person to that person's first words. Default 2 min.
    package var firstReply: Duration
    /// From what a customer writes after that to the answer. Default none.
    package var nextReply: Duration?
    /// From the wish for a person until it is resolved. Default none.
    package var resolution: Duration?

    /// Times.
    package init(firstReply: Duration = .seconds(120), nextReply: Duration? = nil, resolution: Duration? = nil) {
      self.firstReply = firstReply
      self.nextReply = nextReply
      self.resolution = resolution
    }
  }

  /// Those of every priority that has none of its own.
  package var standard: Times
  /// By priority, from 1.
  package var byPriority: [Int: Times]

  /// Settings.
  package init(standard: Times = Times(), byPriority: [Int: Times] = [:]) {
    self.standard = standard
    self.byPriority = byPriority
  }

  /// The times of `priority`.
  package func times(priority: Int) -> Times { byPriority[priority] ?? standard }
}
