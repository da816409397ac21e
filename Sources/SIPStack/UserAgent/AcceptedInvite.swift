/// A 2xx to an INVITE that is repeated until its ACK comes: RFC 3261 13.3.1.4, over every transport.
struct AcceptedInvite: Sendable {
  /// What is due.
  enum Due: Sendable {
    case nothing
    case retransmit
    case giveUp
  }

  let response: SIPResponse
  let transaction: ServerTransactionID
  /// The CSeq number that the ACK must show.
  let sequence: UInt32
  /// Whether the 2xx held an offer, so that the ACK must hold the answer.
  let awaitsAnswer: Bool
  private var retransmission: Retransmission
  private let giveUpAt: Instant

  init(
    response: SIPResponse, transaction: ServerTransactionID, sequence: UInt32, awaitsAnswer: Bool,
    timers: TransactionTimers, at now: Instant
  ) {
    self.response = response
    self.transaction = transaction
    self.sequence = sequence
    self.awaitsAnswer = awaitsAnswer
    retransmission = Retransmission(first: timers.t1, ceiling: timers.t2, at: now)
    giveUpAt = now + timers.transactionTimeout
  }

  mutating func advance(to now: Instant) -> Due {
    if now >= giveUpAt { return .giveUp }
    return retransmission.isDue(at: now) ? .retransmit : .nothing
  }

  var nextDeadline: Instant { min(retransmission.deadline, giveUpAt) }
}
