public import Audio

/// What carries a conversation: a line for its sound, and the connection that the line is part of. An adapter outside
/// this module makes one.
public protocol VoiceCarrier: Line {
  /// What becomes of the connection, in order. One reader. Ends when the far end is gone, and with it the conversation.
  var connection: AsyncStream<ConnectionEvent> { get }

  /// Hands the far end to a person. Progress and outcome come as events.
  func transfer(to target: String)
  /// Ends the connection.
  func hangUp()
}

/// What becomes of a carrier's connection, beside what the line reports.
public enum ConnectionEvent: Sendable {
  /// The person who takes over is being rung; provisional word from the far end (a SIP status).
  case transferProgress(status: Int)
  /// How the transfer ended. On success the connection ends soon after.
  case transferFinished(TransferOutcome)
  /// A digit that came by the connection's signalling instead of the line: `0`–`9`, `*`, `#`, `A`–`D`.
  case signalledDigit(Character)
  /// The far end put us on hold, or took us back.
  case hold(Bool)
  /// The far end is gone. The stream ends after this.
  case ended(reason: String)
}

/// How a hand-over by the carrier ended.
public enum TransferOutcome: Sendable, Equatable {
  /// A person has the far end.
  case succeeded
  /// Nobody took it: `status` is the SIP status of whoever refused (or 408), `reason` one line of why.
  case failed(status: Int, reason: String)
}
