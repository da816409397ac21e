/// The base timer values of RFC 3261 section 17 (table 4), from which timers A to M follow.
public struct TransactionTimers: Sendable, Hashable {
  /// Round-trip estimate, the first retransmission interval. Default 500 ms.
  public var t1: Duration
  /// The longest interval between retransmissions of a non-INVITE request or an INVITE response. Default 4 s.
  public var t2: Duration
  /// How long a message may stay in the network. Default 5 s.
  public var t4: Duration

  /// The values of the RFC unless told otherwise.
  public init(t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5)) {
    self.t1 = t1
    self.t2 = t2
    self.t4 = t4
  }

  /// 64*T1: timers B, F, H, J, L and M.
  public var transactionTimeout: Duration { t1 * 64 }
  /// Timer D over an unreliable transport: at least 32 s.
  public var completedInviteWait: Duration { max(.seconds(32), t1 * 64) }
}

/// A retransmission that repeats with doubling intervals until it is stopped.
struct Retransmission: Sendable {
  private(set) var deadline: Instant
  private var interval: Duration
  private let ceiling: Duration?

  /// The first repetition comes `first` after `now`; later intervals double up to `ceiling`.
  init(first: Duration, ceiling: Duration?, at now: Instant) {
    interval = first
    self.ceiling = ceiling
    deadline = now + first
  }

  /// Whether a repetition is due; moves the deadline when so. After a long pause only one is due, not a burst.
  mutating func isDue(at now: Instant) -> Bool {
    guard now >= deadline else { return false }
    interval = ceiling.map { min(interval * 2, $0) } ?? interval * 2
    deadline += interval
    if deadline <= now { deadline = now + interval }
    return true
  }

  /// Continues with the longest interval from `now` on (RFC 3261 17.1.2.2, timer E in Proceeding).
  mutating func slowDown(at now: Instant) {
    guard let ceiling else { return }
    interval = ceiling
  }
}

/// The earliest of the deadlines that exist.
func earliest(_ deadlines: Instant?...) -> Instant? {
  deadlines.compactMap { $0 }.min()
}
