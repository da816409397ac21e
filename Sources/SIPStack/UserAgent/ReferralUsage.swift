/// One transfer that the peer asked for: the server side of RFC 3515 and the notifier of RFC 6665.
struct ReferralUsage: Sendable {
  enum State: Sendable {
    /// The REFER waits for the application's answer.
    case unanswered(SIPRequest, ServerTransactionID, until: Instant)
    /// 202: the peer hears of what comes of it.
    case subscribed(until: Instant)
  }

  /// What a NOTIFY tells.
  struct Report: Sendable, Hashable {
    /// Why a subscription is over (RFC 6665 4.1.3).
    enum Ending: String, Sendable {
      /// The final status has been told.
      case noResource = "noresource"
      /// It was not prolonged, or the peer ended it.
      case timeout
    }

    /// The status line.
    var statusLine: String
    /// Nil while the subscription stands.
    var ending: Ending?

    /// The value of Subscription-State.
    var subscriptionState: String {
      ending.map { "terminated;reason=\($0.rawValue)" }
        ?? "active;expires=\(ReferralUsage.lifetime.components.seconds)"
    }
  }

  /// How long the application may think; at 32 s the peer's transaction gives up.
  static let answerTimeout = Duration.seconds(30)
  /// How long a subscription lives from its last NOTIFY on, unless the peer prolongs it.
  static let lifetime = Duration.seconds(60)
  /// More of a reason phrase is not told.
  private static let maximumReasonLength = 128

  let id: ReferralID
  /// The CSeq number of the REFER, which is the `id` of its event (RFC 3515 2.4.6).
  let sequence: UInt32
  /// The first REFER of a dialog goes without the ID, which some peers do not expect there.
  let isFirst: Bool
  private(set) var state: State
  private var statusLine = "SIP/2.0 100 Trying"

  init(
    id: ReferralID, sequence: UInt32, isFirst: Bool, request: SIPRequest, transaction: ServerTransactionID,
    at now: Instant
  ) {
    self.id = id
    self.sequence = sequence
    self.isFirst = isFirst
    state = .unanswered(request, transaction, until: now + Self.answerTimeout)
  }

  /// The value of Event.
  var event: String { isFirst ? "refer" : "refer;id=\(sequence)" }

  var isSubscribed: Bool {
    if case .subscribed = state { true } else { false }
  }

  /// Begins or prolongs the subscription and tells how things stand.
  mutating func subscribe(at now: Instant) -> Report {
    state = .subscribed(until: now + Self.lifetime)
    return Report(statusLine: statusLine)
  }

  /// Takes a status of the target; nil when there is nothing new or nobody to tell.
  mutating func report(status: Int, reason: String, at now: Instant) -> Report? {
    guard isSubscribed, (100...699).contains(status) else { return nil }
    let line = "SIP/2.0 \(status) \(String(reason.singleLine.prefix(Self.maximumReasonLength)))"
    if status >= 200 { return Report(statusLine: line, ending: .noResource) }
    guard line != statusLine else { return nil }
    statusLine = line
    return subscribe(at: now)
  }

  /// The last report of a subscription that was not prolonged or that the peer ended.
  var farewell: Report { Report(statusLine: statusLine, ending: .timeout) }

  var nextDeadline: Instant {
    switch state {
    case .unanswered(_, _, let until), .subscribed(let until): until
    }
  }
}

/// The referrals of one call.
struct ReferralUsages: Sendable {
  /// More at the same time are put off.
  static let maximum = 4

  var open: [ReferralUsage] = []
  private var lastID: UInt64 = 0

  /// Makes the name of the next REFER of this dialog.
  mutating func makeID() -> ReferralID {
    lastID &+= 1
    return ReferralID(value: lastID)
  }

  func index(_ id: ReferralID) -> Int? { open.firstIndex { $0.id == id } }

  var nextDeadline: Instant? { open.map(\.nextDeadline).min() }
}
