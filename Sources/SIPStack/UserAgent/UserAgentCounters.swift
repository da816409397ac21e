/// What a user agent has seen, since it began.
public struct UserAgentCounters: Sendable, Hashable {
  /// Well-formed requests that arrived, retransmissions included.
  public var requestsReceived = 0
  /// Well-formed responses that arrived.
  public var responsesReceived = 0
  /// Requests that could not be understood and got 400, 413, 505 or 513.
  public var malformedRequests = 0
  /// What could not be understood and got no answer.
  public var unusableMessages = 0
  /// Responses that belong to no transaction.
  public var strayResponses = 0
  /// ACKs that belong to no dialog or transaction.
  public var strayAcknowledgements = 0
  /// Messages that our timers sent again.
  public var retransmissionsSent = 0
  /// Copies of requests and responses that were absorbed.
  public var retransmissionsReceived = 0
  /// INVITEs that became calls.
  public var callsOffered = 0
  /// INVITEs refused by policy: 401 and 403.
  public var callsNotAdmitted = 0
  /// INVITEs refused with 503.
  public var callsOverLimit = 0
  /// Requests refused since the table of transactions was full.
  public var requestsOverLimit = 0
  /// Messages that could not be sent, since no path exists.
  public var messagesNotSent = 0
  /// Calls that exist now.
  public var liveCalls = 0
  /// Transactions that exist now.
  public var liveTransactions = 0
  /// Dialogs that exist now, early ones included.
  public var liveDialogs = 0

  /// All zero.
  public init() {}
}
