public import Store

/// The time in which anything may be written to a customer: after their last message (WhatsApp's customer service
/// window).
public struct ServiceWindow: Sendable, Equatable {
  private let lastCustomerAt: Timestamp?
  private let length: Duration

  /// The window that a customer's last message opened, if there was one.
  public init(lastCustomerAt: Timestamp?, length: Duration) {
    self.lastCustomerAt = lastCustomerAt
    self.length = length
  }

  /// How long it stays open after `now`; zero if it is closed. A message from the future is a clock that goes wrong, not
  /// a longer window.
  public func remaining(at now: Timestamp) -> Duration {
    guard let lastCustomerAt else { return .zero }
    guard lastCustomerAt < now else { return max(.zero, length) }
    // By its end, not by its age: how long ago an absurd time was can't be told.
    let end = lastCustomerAt.advanced(by: length)
    return end > now ? now.duration(to: end) : .zero
  }

  /// Whether it is open.
  public func isOpen(at now: Timestamp) -> Bool { remaining(at: now) > .zero }
}
