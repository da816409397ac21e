/// The server side of any request but INVITE and ACK: RFC 3261 17.2.2 with RFC 4320.
public struct NonInviteServerTransaction: Sendable {
  enum State: Sendable {
    case trying(giveUpAt: Instant)
    case completed(response: [UInt8], until: Instant)
    case terminated
  }

  /// What the owner of the transaction shall do.
  public enum Action: Sendable {
    /// Put these bytes on the wire.
    case send([UInt8])
    /// Forget the transaction.
    case terminated
  }

  private let isReliable: Bool
  private let timers: TransactionTimers
  private var state: State

  /// A transaction for a request that arrived at `now`.
  public init(isReliable: Bool, timers: TransactionTimers, at now: Instant) {
    self.isReliable = isReliable
    self.timers = timers
    state = .trying(giveUpAt: now + timers.transactionTimeout)
  }

  /// Takes another copy of the request.
  public func receiveRetransmission() -> [Action] {
    if case .completed(let bytes, _) = state { [.send(bytes)] } else { [] }
  }

  /// Sends the response of the user agent.
  ///
  /// Provisional responses are not sent (RFC 4320 4.1), nor is a 408 (4.2): the client has given up by itself then.
  public mutating func respond(status: Int, bytes: [UInt8], at now: Instant) -> [Action] {
    guard case .trying = state, status >= 200 else { return [] }
    guard status != 408 else {
      state = .terminated
      return [.terminated]
    }
    guard !isReliable else {
      state = .terminated
      return [.send(bytes), .terminated]
    }
    state = .completed(response: bytes, until: now + timers.transactionTimeout)
    return [.send(bytes)]
  }

  /// Does what is due at `now`.
  public mutating func advance(to now: Instant) -> [Action] {
    switch state {
    case .trying(let until) where now >= until, .completed(_, let until) where now >= until:
      state = .terminated
      return [.terminated]
    default:
      return []
    }
  }

  /// When `advance` wants to be called next.
  public var nextDeadline: Instant? {
    switch state {
    case .trying(let until), .completed(_, let until): until
    case .terminated: nil
    }
  }
}
