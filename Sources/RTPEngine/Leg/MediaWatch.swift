import Audio

/// Whether media that should come does: reports once that nothing has for the configured time, and again only after it
/// has come back and gone.
///
/// Media path: does not allocate.
struct MediaWatch: Sendable {
  private let timeout: Duration
  private var waitsSince: Instant
  private var lastPacket: Instant?
  private var hasTimedOut = false

  /// Waits from `now` on; a second is the least `timeout`.
  init(timeout: Duration, at now: Instant) {
    self.timeout = max(timeout, .seconds(1))
    waitsSince = now
  }

  /// Media is expected from now on, or no more.
  mutating func expect(at now: Instant) {
    waitsSince = now
    hasTimedOut = false
  }

  /// A packet of the peer's came.
  mutating func packet(at now: Instant) {
    lastPacket = now
    hasTimedOut = false
  }

  /// The time-out that is due: when the last packet came, if ever one did.
  mutating func timedOut(at now: Instant) -> (isFirst: Bool, since: Instant)? {
    guard !hasTimedOut, now - max(lastPacket ?? waitsSince, waitsSince) >= timeout else { return nil }
    hasTimedOut = true
    return (lastPacket == nil, lastPacket ?? now)
  }
}
