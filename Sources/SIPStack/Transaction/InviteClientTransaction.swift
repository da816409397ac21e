/// The client side of an INVITE: RFC 3261 17.1.1 with the Accepted state of RFC 6026 7.2.
public struct InviteClientTransaction: Sendable {
  /// Where the transaction stands, with what is only known there.
  enum State: Sendable {
    case calling(retransmission: Retransmission?, timeout: Instant)
    case proceeding
    case completed(acknowledgement: [UInt8], until: Instant)
    case accepted(until: Instant)
    case terminated
  }

  /// What the owner of the transaction shall do.
  public enum Action: Sendable {
    /// Put these bytes on the wire.
    case send([UInt8])
    /// Give the response to the user agent. A 2xx comes once for each copy that arrives, since each wants an ACK.
    case deliver(SIPResponse)
    /// No response within 64*T1 (timer B).
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

  /// Sends the INVITE and starts timers A and B.
  public mutating func start(at now: Instant) -> [Action] {
    state = .calling(
      retransmission: isReliable ? nil : Retransmission(first: timers.t1, ceiling: nil, at: now),
      timeout: now + timers.transactionTimeout)
    return [.send(bytes)]
  }

  /// Takes a response that matched this transaction.
  public mutating func receive(_ response: SIPResponse, at now: Instant) -> [Action] {
    switch (state, response.status) {
    case (.calling, 100..<200), (.proceeding, 100..<200):
      state = .proceeding
      return [.deliver(response)]
    case (.calling, 200..<300), (.proceeding, 200..<300):
      state = .accepted(until: now + timers.transactionTimeout)
      return [.deliver(response)]
    case (.accepted, 200..<300):
      return [.deliver(response)]
    case (.calling, 300...), (.proceeding, 300...):
      let acknowledgement = request.acknowledgement(toFailure: response).serialized()
      guard !isReliable else {
        state = .terminated
        return [.send(acknowledgement), .deliver(response), .terminated]
      }
      state = .completed(acknowledgement: acknowledgement, until: now + timers.completedInviteWait)
      return [.send(acknowledgement), .deliver(response)]
    case (.completed(let acknowledgement, _), 300...):
      return [.send(acknowledgement)]
    default:
      return []
    }
  }

  /// Does what is due at `now`.
  public mutating func advance(to now: Instant) -> [Action] {
    switch state {
    case .calling(_, let timeout) where now >= timeout:
      state = .terminated
      return [.timedOut, .terminated]
    case .calling(.some(var retransmission), let timeout):
      let isDue = retransmission.isDue(at: now)
      state = .calling(retransmission: retransmission, timeout: timeout)
      return isDue ? [.send(bytes)] : []
    case .completed(_, let until) where now >= until, .accepted(let until) where now >= until:
      state = .terminated
      return [.terminated]
    default:
      return []
    }
  }

  /// Ends the transaction since its request or ACK could not be sent (RFC 3261 17.1.4).
  public mutating func transportFailed() -> [Action] {
    switch state {
    case .calling, .proceeding:
      state = .terminated
      return [.failed, .terminated]
    case .completed, .accepted:
      state = .terminated
      return [.terminated]
    case .terminated:
      return []
    }
  }

  /// Whether a provisional response has come, so that a CANCEL may go out (RFC 3261 9.1).
  public var isProceeding: Bool {
    if case .proceeding = state { true } else { false }
  }

  /// When `advance` wants to be called next.
  public var nextDeadline: Instant? {
    switch state {
    case .calling(let retransmission, let timeout): earliest(retransmission?.deadline, timeout)
    case .completed(_, let until), .accepted(let until): until
    case .proceeding, .terminated: nil
    }
  }
}
