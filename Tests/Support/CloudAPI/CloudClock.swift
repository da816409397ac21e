import Coordination
import FoundationEssentials

/// What the time is for a stand-in: the wall clock, or a clock that stands until it is moved.
public final class CloudClock: Sendable {
  private let standing: Locked<Duration>?

  private init(standing: Locked<Duration>?) {
    self.standing = standing
  }

  /// The wall clock.
  public static let real = CloudClock(standing: nil)

  /// A clock that stands at this time since 1970 until `advance(by:)`.
  public convenience init(standingAt time: Duration = .seconds(1_790_000_000)) {
    self.init(standing: Locked(time))
  }

  /// The time since 1970.
  public var now: Duration {
    if let standing { return standing.withLock { $0 } }
    return .milliseconds(Int64(Date().timeIntervalSince1970 * 1000))
  }

  /// Moves a clock that stands; the wall clock can't be moved.
  public func advance(by step: Duration) {
    standing?.withLock { $0 += step }
  }
}
