/// One call as SIP sees it: the INVITE that makes it, what happens inside its dialog, and its end.
///
/// The session knows no transport and no transaction; it takes requests, responses, commands and the time, and leaves
/// `CallAction`s for the user agent to take. Its concerns are spread over several files by what they do.
struct CallSession: Sendable {
  /// Where the call stands.
  enum Phase: Sendable {
    /// The peer calls and has no final response yet.
    case ringing(IncomingInvite)
    /// We accepted and wait for the ACK.
    case answered(AcceptedInvite)
    /// We call.
    case calling(OutgoingInvite)
    case established
    /// Our BYE is on its way.
    case leaving
    /// The peer has hung up; the report of a transfer may still arrive.
    case lingering(until: Instant, CallEnding)
    case finished
  }

  let handle: CallHandle
  let direction: CallDirection
  let timers: TransactionTimers
  /// What Contact shows in every message of ours.
  let contact: NameAddress
  let referTimeout: Duration
  let capabilities: Capabilities
  var tokens: TokenGenerator
  var phase: Phase
  /// The dialog, from our first tagged response or the peer's first 2xx on.
  var dialog: Dialog?
  /// The ACKs of 2xx responses by the peer's tag, so that a repeated 2xx gets its ACK again.
  var acknowledgements: [String: Acknowledgement] = [:]
  var reinvites = ReinviteUsage()
  var refers: [ReferUsage] = []
  var referrals = ReferralUsages()
  /// The application hung up before the ACK, after which alone a BYE may go (RFC 3261 15).
  var byeReason: ByeReason?
  private(set) var actions: [CallAction] = []
  private var hasEnded = false

  /// An ACK and what it acknowledges.
  struct Acknowledgement: Sendable {
    var request: SIPRequest
    var destination: Destination
  }

  /// A BYE that has to wait, and its Reason.
  struct ByeReason: Sendable {
    var text: String?
  }

  /// More branches of a fork than this are hung up without being remembered.
  static let maximumForks = 16
  static let maximumRefers = 4

  init(
    handle: CallHandle, direction: CallDirection, phase: Phase, dialog: Dialog?, contact: NameAddress,
    timers: TransactionTimers, referTimeout: Duration, capabilities: Capabilities, tokens: TokenGenerator
  ) {
    self.handle = handle
    self.direction = direction
    self.phase = phase
    self.dialog = dialog
    self.contact = contact
    self.timers = timers
    self.referTimeout = referTimeout
    self.capabilities = capabilities
    self.tokens = tokens
  }

  /// What has to be done since the last call.
  mutating func takeActions() -> [CallAction] {
    guard !actions.isEmpty else { return [] }
    defer { actions = [] }
    return actions
  }

  /// Whether the application still takes part.
  var isLive: Bool { !hasEnded }

  mutating func perform(_ action: CallAction) {
    actions.append(action)
  }

  mutating func tell(_ event: SIPCallEvent) {
    guard !hasEnded else { return }
    actions.append(.event(event))
  }

  /// Tells the application once that the call is over, and of each open transfer how it ended.
  mutating func tellEnded(_ ending: CallEnding, transfers outcome: (ReferUsage) -> ReferOutcome = { _ in .callEnded }) {
    for refer in refers { tell(.referFinished(refer.id, outcome(refer))) }
    refers = []
    tell(.ended(ending))
    hasEnded = true
  }

  mutating func finish() {
    phase = .finished
    actions.append(.finished)
  }

  /// The next request in the dialog, if there is one, with our Contact where it belongs.
  mutating func makeRequest(_ method: Method) -> SIPRequest? {
    guard var request = dialog?.makeRequest(method) else { return nil }
    switch method {
    case .invite, .update, .refer, .notify: request.headers.append(.contact, contact.description)
    default: break
    }
    return request
  }

  /// Sends a request in the dialog.
  mutating func send(_ request: SIPRequest, _ purpose: ClientPurpose) {
    guard let destination = dialog?.destination else { return }
    perform(.request(request, destination, purpose))
  }

  /// Answers `request` with our tag.
  mutating func respond(
    _ status: Int, to request: SIPRequest, in transaction: ServerTransactionID, headers: [(HeaderName, String)] = []
  ) {
    var response = request.response(status, toTag: dialog?.id.localTag)
    for (name, value) in headers { response.headers.append(name, value) }
    perform(.respond(response, transaction))
  }

  /// Says BYE and waits for its answer.
  mutating func leave(reason: String?) {
    guard var bye = makeRequest(.bye) else { return finish() }
    if let reason { bye.headers.append(.reason, reason) }
    refusePendingReinvite()
    reinvites.stop()
    endReferrals()
    phase = .leaving
    send(bye, .bye)
  }

  /// When `advance` wants to be called next.
  var nextDeadline: Instant? {
    let phaseDeadline: Instant? =
      switch phase {
      case .ringing(let invite): invite.giveUpAt
      case .answered(let accepted): accepted.nextDeadline
      case .calling(let invite): invite.nextDeadline
      case .lingering(let until, _): until
      case .established, .leaving, .finished: nil
      }
    if case .lingering = phase { return phaseDeadline }
    return earliest(phaseDeadline, reinvites.nextDeadline, refers.map(\.nextDeadline).min(), referrals.nextDeadline)
  }

  /// Does what is due.
  mutating func advance(to now: Instant) {
    switch phase {
    case .ringing(let invite): advanceRinging(invite, to: now)
    case .answered(let accepted): advanceAnswered(accepted, to: now)
    case .calling(let invite): advanceCalling(invite, to: now)
    case .lingering(let until, let ending) where now >= until:
      tellEnded(ending) { $0.outcomeOfHangUp }
      finish()
    case .established, .leaving, .lingering, .finished: break
    }
    if case .lingering = phase { return }
    advanceReinvites(to: now)
    advanceRefers(to: now)
    advanceReferrals(to: now)
  }
}
