/// The request that offers a change of the session.
public enum SessionChangeMethod: String, Sendable, CaseIterable {
  /// A re-INVITE (RFC 3261 14): every peer knows it.
  case reinvite
  /// UPDATE (RFC 3311): no ACK, and an answer at once. Who does not know it says 405 or 501.
  case update
}

/// Changes to a session that stands: re-INVITE (RFC 3261 14) and UPDATE (RFC 3311), from either side.
struct ReinviteUsage: Sendable {
  /// One of the peer's that the application has not answered.
  struct Pending: Sendable {
    let id: ReinviteID
    let request: SIPRequest
    let transaction: ServerTransactionID
    let hasOffer: Bool
  }

  /// What the peer wants.
  enum Incoming: Sendable {
    case none
    case pending(Pending)
    /// Accepted by a 2xx that wants its ACK.
    case accepted(ReinviteID, AcceptedInvite)
  }

  /// An offer of ours and how it goes.
  struct Change: Sendable {
    /// What the one who wants it knows it by.
    let id: SessionChangeID
    var offer: SessionDescription
    var method: SessionChangeMethod
  }

  /// What we want.
  enum Outgoing: Sendable {
    case none
    /// The dialog is not confirmed yet, or our last request still runs.
    case queued(Change)
    case pending(Change, isRetry: Bool)
    /// After a 491.
    case waiting(until: Instant, Change)
  }

  var incoming: Incoming = .none
  var outgoing: Outgoing = .none
  /// The ACK of our last re-INVITE, for a repeated 2xx.
  var lastAcknowledgement: (sequence: UInt32, acknowledgement: CallSession.Acknowledgement)?
  private var lastID: UInt64 = 0

  mutating func makeID() -> ReinviteID {
    lastID &+= 1
    return ReinviteID(value: lastID)
  }

  /// Whether an offer of ours is on its way.
  var isOffering: Bool {
    if case .pending = outgoing { true } else { false }
  }

  /// The change of ours that waits for its time, if there is one.
  var notSent: Change? {
    switch outgoing {
    case .queued(let change), .waiting(_, let change): change
    case .none, .pending: nil
    }
  }

  mutating func stop() {
    incoming = .none
    outgoing = .none
  }

  var nextDeadline: Instant? {
    var deadlines: [Instant] = []
    if case .accepted(_, let accepted) = incoming { deadlines.append(accepted.nextDeadline) }
    if case .waiting(let until, _) = outgoing { deadlines.append(until) }
    return deadlines.min()
  }
}
