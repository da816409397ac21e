package import Store

/// How long a place in the queue takes, by how fast people took the last ones.
///
/// What counts of each is the time in which it could have been taken next: from its own beginning or the claim before,
/// whichever is later. So a quiet hour in which nobody waited does not look like a slow one.
package struct QueueEstimate: Sendable, Equatable {
  /// A place and how long it may take.
  package struct Place: Sendable, Equatable {
    /// From 1.
    package var position: Int
    /// About how long it may be; nil while too little is known.
    package var wait: Duration?

    /// A place.
    package init(position: Int, wait: Duration? = nil) {
      self.position = position
      self.wait = wait
    }
  }

  /// How many claims are looked back at.
  package static let depth = 20
  /// How many it takes to say anything.
  package static let least = 3
  /// A claim that is older says nothing about now.
  package static let memory = Duration.seconds(2 * 3600)
  /// Longer than that is not promised.
  package static let longest = Duration.seconds(4 * 3600)

  private var steps: [(took: Duration, at: Timestamp)] = []
  private var lastClaim: Timestamp?

  /// Nothing is known.
  package init() {}

  package static func == (left: QueueEstimate, right: QueueEstimate) -> Bool {
    left.lastClaim == right.lastClaim && left.steps.elementsEqual(right.steps, by: { $0 == $1 })
  }

  /// A person took something that had waited since `createdAt`.
  package mutating func claimed(createdAt: Timestamp, at now: Timestamp) {
    let from = max(createdAt, lastClaim ?? createdAt)
    steps.append((max(.zero, from.duration(to: now)), now))
    if steps.count > Self.depth { steps.removeFirst() }
    lastClaim = max(now, lastClaim ?? now)
  }

  /// How long the one at `position` (from 1) may wait yet.
  package func wait(position: Int, at now: Timestamp) -> Duration? {
    let recent = steps.filter { $0.at.duration(to: now) <= Self.memory }
    guard recent.count >= Self.least, position > 0 else { return nil }
    let mean = recent.reduce(Duration.zero) { $0 + $1.took } / recent.count
    let wait = mean * min(position, 10_000)
    // In whole minutes, since more would be a promise.
    let minutes = max(1, Int64((wait / .seconds(60)).rounded(.up)))
    let result = Duration.seconds(minutes * 60)
    return result <= Self.longest ? result : nil
  }
}
