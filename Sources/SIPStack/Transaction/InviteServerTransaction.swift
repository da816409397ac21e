/// The server side of an INVITE: RFC 3261 17.2.1 with the Accepted state of RFC 6026 7.1.
public struct InviteServerTransaction: Sendable {
  enum State: Sendable {
    case proceeding(lastProvisional: [UInt8]?)
    case completed(response: [UInt8], retransmission: Retransmission?, timeout: Instant)
    case accepted(until: Instant)
    case confirmed(until: Instant)
    case terminated
  }

  /// What the owner of the transaction shall do.
  public enum Action: Sendable {
    /// Put these bytes on the wire.
    case send([UInt8])
    /// The final failure response was never acknowledged (timer H).
    case timedOut
    /// Forget the transaction.
    case terminated
  }

  private let isReliable: Bool
  private let timers: TransactionTimers
  private var state: State = .proceeding(lastProvisional: nil)

  /// A transaction for an INVITE that has just arrived.
  public init(isReliable: Bool, timers: TransactionTimers) {
    self.isReliable = isReliable
    self.timers = timers
  }

  /// Takes another copy of the INVITE.
  public func receiveRetransmission() -> [Action] {
    switch state {
    case .proceeding(.some(let bytes)): [.send(bytes)]
    case .completed(let bytes, _, _): [.send(bytes)]
    // A 2xx is repeated by the user agent until it sees the ACK (RFC 6026 7.1).
    case .proceeding, .accepted, .confirmed, .terminated: []
    }
  }

  /// Takes an ACK that matched this transaction, that is one for a failure response.
  public mutating func receiveAcknowledgement(at now: Instant) -> [Action] {
    guard case .completed = state else { return [] }
    guard !isReliable else {
      state = .terminated
      return [.terminated]
    }
    state = .confirmed(until: now + timers.t4)
    return []
  }

  /// Sends a response of the user agent; one that comes too late for the state is dropped.
  public mutating func respond(status: Int, bytes: [UInt8], at now: Instant) -> [Action] {
    switch (state, status) {
    case (.proceeding, 100..<200):
      state = .proceeding(lastProvisional: bytes)
      return [.send(bytes)]
    case (.proceeding, 200..<300):
      state = .accepted(until: now + timers.transactionTimeout)
      return [.send(bytes)]
    case (.accepted, 200..<300):
      return [.send(bytes)]
    case (.proceeding, 300...):
      state = .completed(
        response: bytes,
        retransmission: isReliable ? nil : Retransmission(first: timers.t1, ceiling: timers.t2, at: now),
        timeout: now + timers.transactionTimeout)
      return [.send(bytes)]
    default:
      return []
    }
  }

  /// Does what is due at `now`.
  public mutating func advance(to now: Instant) -> [Action] {
    switch state {
    case .completed(_, _, let timeout) where now >= timeout:
      state = .terminated
      return [.timedOut, .terminated]
    case .completed(let bytes, .some(var retransmission), let timeout):
      let isDue = retransmission.isDue(at: now)
      state = .completed(response: bytes, retransmission: retransmission, timeout: timeout)
      return isDue ? [.send(bytes)] : []
    case .accepted(let until) where now >= until, .confirmed(let until) where now >= until:
      state = .terminated
      return [.terminated]
    default:
      return []
    }
  }

  /// Whether no final response has been sent, so that a CANCEL still has an effect (RFC 3261 9.2).
  public var isProceeding: Bool {
    if case .proceeding = state { true } else { false }
  }

  /// Whether an ACK is for this transaction: it has failed the INVITE. With a 2xx the ACK is the dialog's.
  public var awaitsAcknowledgement: Bool {
    switch state {
    case .completed, .confirmed: true
    case .proceeding, .accepted, .terminated: false
    }
  }

  /// When `advance` wants to be called next.
  public var nextDeadline: Instant? {
    switch state {
    case .completed(_, let retransmission, let timeout): earliest(retransmission?.deadline, timeout)
    case .accepted(let until), .confirmed(let until): until
    case .proceeding, .terminated: nil
    }
  }
}
