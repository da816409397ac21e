/// One transfer that we asked for: the client side of RFC 3515, with all of its endings.
struct ReferUsage: Sendable {
  enum State: Sendable {
    /// No final response yet.
    case sent
    /// 202: reports are awaited.
    case accepted
    /// The peer ended the reports without a result; a BYE may still tell.
    case closing(until: Instant)
  }

  /// What an input means for the application.
  enum Result: Sendable {
    case none
    case progress(Int)
    case finished(ReferOutcome)
  }

  /// How long a NOTIFY and a BYE that cross may lie apart.
  static let raceWindow = Duration.seconds(1)

  /// What the one who asked for it knows it by.
  let id: ReferID
  /// The CSeq number of the REFER, which is the `id` of its event (RFC 3515 2.4.6).
  var sequence: UInt32
  private(set) var state: State = .sent
  private(set) var lastStatus: Int?
  private let deadline: Instant

  init(id: ReferID, sequence: UInt32, timeout: Duration, at now: Instant) {
    self.id = id
    self.sequence = sequence
    deadline = now + timeout
  }

  /// Takes the response to the REFER.
  mutating func receive(responseStatus status: Int, reason: String) -> Result {
    guard case .sent = state, status >= 200 else { return .none }
    guard status < 300 else { return .finished(.refused(status: status, reason: reason)) }
    state = .accepted
    return .none
  }

  /// Takes a report. A NOTIFY can overtake the 202 and stands for it then.
  mutating func receive(report: SIPFragment?, isLast: Bool, at now: Instant) -> Result {
    if case .sent = state { state = .accepted }
    if let report {
      lastStatus = report.status
      switch report.status {
      case 200..<300: return .finished(.succeeded(status: report.status))
      case 300...: return .finished(.failed(status: report.status, reason: report.reason))
      default: break
      }
    }
    if isLast { state = .closing(until: now + Self.raceWindow) }
    return report.map { .progress($0.status) } ?? .none
  }

  /// What the peer's BYE, with no report within the race window, means.
  var outcomeOfHangUp: ReferOutcome {
    if case .sent = state { .callEnded } else { .peerHungUp }
  }

  mutating func advance(to now: Instant) -> Result {
    if case .closing(let until) = state, now >= until { return .finished(.unconfirmed(lastStatus: lastStatus)) }
    return now >= deadline ? .finished(.timedOut(lastStatus: lastStatus)) : .none
  }

  var nextDeadline: Instant {
    if case .closing(let until) = state { min(until, deadline) } else { deadline }
  }
}

/// The status line of a `message/sipfrag` body (RFC 3420).
struct SIPFragment: Sendable, Hashable {
  let status: Int
  let reason: String

  /// Reads `SIP/2.0 200 OK`; nil for a body without a status line.
  init?(_ body: [UInt8]) {
    let line = String(decoding: body.prefix(512).prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
    let parts = line.split(separator: " ", maxSplits: 2)
    guard parts.count >= 2, parts[0].uppercased() == "SIP/2.0", parts[1].utf8.count == 3, let status = Int(parts[1]),
      (100...699).contains(status)
    else { return nil }
    self.status = status
    reason = parts.count == 3 ? String(parts[2]) : ""
  }
}
