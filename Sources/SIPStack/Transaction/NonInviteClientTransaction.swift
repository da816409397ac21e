/// The client side of any request but INVITE and ACK: RFC 3261 17.1.2.
public struct NonInviteClientTransaction: Sendable {
  enum State: Sendable {
    case trying(retransmission: Retransmission?, timeout: Instant)
    case proceeding(retransmission: Retransmission?, timeout: Instant)
    case completed(until: Instant)
    case terminated
  }

  /// What the owner of the transaction shall do.
  public enum Action: Sendable {
    /// Put these bytes on the wire.
    case send([UInt8])
    /// Give the response to the user agent.
    case deliver(SIPResponse)
    /// No final response within 64*T1 (timer F).
    case timedOut
    /// The request could not be sent.
    case failed
    /// Forget the transaction.
    case terminated
  }

  /// The request as it was sent.
  public let request: SIPRequest
  private let bytes: [UInt8]
  private let isReliable: Bool
  private let timers: TransactionTimers
  private var state: State = .terminated

  /// A transaction that begins with `start`.
  public init(request: SIPRequest, isReliable: Bool, timers: TransactionTimers) {
    self.request = request
    self.isReliable = isReliable
    self.timers = timers
    bytes = request.serialized()
  }

  /// Sends the request and starts timers E and F.
  public mutating func start(at now: Instant) -> [Action] {
    state = .trying(
      retransmission: isReliable ? nil : Retransmission(first: timers.t1, ceiling: timers.t2, at: now),
      timeout: now + timers.transactionTimeout)
    return [.send(bytes)]
  }

  /// Takes a response that matched this transaction.
  public mutating func receive(_ response: SIPResponse, at now: Instant) -> [Action] {
    switch (state, response.status) {
    case (.trying(var retransmission, let timeout), 100..<200),
      (.proceeding(var retransmission, let timeout), 100..<200):
      retransmission?.slowDown(at: now)
      state = .proceeding(retransmission: retransmission, timeout: timeout)
      return [.deliver(response)]
    case (.trying, 200...), (.proceeding, 200...):
      guard !isReliable else {
        state = .terminated
        return [.deliver(response), .terminated]
      }
      state = .completed(until: now + timers.t4)
      return [.deliver(response)]
    default:
      return []
    }
  }

  /// Does what is due at `now`.
  public mutating func advance(to now: Instant) -> [Action] {
    switch state {
    case .trying(_, let timeout) where now >= timeout, .proceeding(_, let timeout) where now >= timeout:
      state = .terminated
      return [.timedOut, .terminated]
    case .trying(.some(var retransmission), let timeout):
      let isDue = retransmission.isDue(at: now)
      state = .trying(retransmission: retransmission, timeout: timeout)
      return isDue ? [.send(bytes)] : []
    case .proceeding(.some(var retransmission), let timeout):
      let isDue = retransmission.isDue(at: now)
      state = .proceeding(retransmission: retransmission, timeout: timeout)
      return isDue ? [.send(bytes)] : []
    case .completed(let until) where now >= until:
      state = .terminated
      return [.terminated]
    default:
      return []
    }
  }

  /// Ends the transaction since its request could not be sent (RFC 3261 17.1.4).
  public mutating func transportFailed() -> [Action] {
    switch state {
    case .trying, .proceeding:
      state = .terminated
      return [.failed, .terminated]
    case .completed:
      state = .terminated
      return [.terminated]
    case .terminated:
      return []
    }
  }

  /// When `advance` wants to be called next.
  public var nextDeadline: Instant? {
    switch state {
    case .trying(let retransmission, let timeout), .proceeding(let retransmission, let timeout):
      earliest(retransmission?.deadline, timeout)
    case .completed(let until): until
    case .terminated: nil
    }
  }
}
