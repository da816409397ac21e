/// Our INVITE while it has no final response: RFC 3261 13.2.
struct OutgoingInvite: Sendable {
  /// How far a CANCEL is.
  enum Cancellation: Sendable {
    case none
    /// It must wait for a provisional response (RFC 3261 9.1).
    case wanted(reason: String?)
    /// It was sent; without a final response the INVITE is given up then.
    case sent(giveUpAt: Instant)
  }

  var cancellation: Cancellation = .none
  var hasProvisional = false
  /// One early dialog for each tag of a fork.
  var early: [String: Dialog] = [:]
  /// When ringing has lasted too long.
  let ringDeadline: Instant

  var nextDeadline: Instant? {
    switch cancellation {
    case .none: ringDeadline
    case .wanted: nil
    case .sent(let giveUpAt): giveUpAt
    }
  }
}

extension CallSession {
  /// Takes a response to our INVITE.
  mutating func receiveInviteResponse(_ response: SIPResponse, to request: SIPRequest, on flow: Flow, at now: Instant) {
    switch response.status {
    case 100..<200: receiveProvisional(response, to: request, on: flow, at: now)
    case 200..<300: receiveAcceptance(response, to: request, on: flow, at: now)
    default: receiveRefusal(response)
    }
  }

  private mutating func receiveProvisional(
    _ response: SIPResponse, to request: SIPRequest, on flow: Flow, at now: Instant
  ) {
    guard case .calling(var invite) = phase else { return }
    invite.hasProvisional = true
    if let tag = response.toTag, invite.early[tag] == nil, invite.early.count < Self.maximumForks,
      let dialog = Dialog(clientSide: request, response: response, flow: flow)
    {
      invite.early[tag] = dialog
      perform(.dialogAdded(dialog.id))
    }
    if case .wanted(let reason) = invite.cancellation {
      invite.cancellation = .sent(giveUpAt: now + timers.transactionTimeout)
      perform(.cancelInvite(reason: reason))
    }
    phase = .calling(invite)
    guard response.status > 100 else { return }
    tell(
      .provisional(status: response.status, reason: response.reason, SessionBody(response).description))
  }

  private mutating func receiveAcceptance(
    _ response: SIPResponse, to request: SIPRequest, on flow: Flow, at now: Instant
  ) {
    let tag = response.toTag ?? ""
    if let known = acknowledgements[tag] { return perform(.acknowledge(known.request, known.destination)) }
    guard let sequence = request.cSeq?.number else { return }
    var accepted: Dialog?
    var isFirst = false
    if case .calling(let invite) = phase {
      accepted = invite.early[tag]
      if case .none = invite.cancellation { isFirst = true }
    }
    accepted?.confirm(with: response)
    guard var dialog = accepted ?? Dialog(clientSide: request, response: response, flow: flow) else { return }
    dialog.flow = flow
    let acknowledgement = Acknowledgement(
      request: dialog.makeAcknowledgement(sequence: sequence), destination: dialog.destination)
    if acknowledgements.count < Self.maximumForks { acknowledgements[tag] = acknowledgement }
    perform(.acknowledge(acknowledgement.request, acknowledgement.destination))
    guard isFirst else {
      // A second branch, or one that answered while our CANCEL was on its way: RFC 3261 13.2.2.4 and 9.1.
      perform(.request(dialog.makeRequest(.bye), dialog.destination, .disregarded))
      if case .calling(var invite) = phase {
        // The call stays known for as long as the 2xx can be repeated.
        invite.cancellation = .sent(giveUpAt: now + timers.transactionTimeout)
        phase = .calling(invite)
      }
      return
    }
    self.dialog = dialog
    phase = .established
    perform(.dialogAdded(dialog.id))
    switch SessionBody(response) {
    case .description(let answer):
      tell(.answered(answer))
      sendQueuedReinvite()
    case .absent:
      tell(.answered(nil))
      sendQueuedReinvite()
    case .malformed, .unsupported:
      leave(reason: ReasonValues.sip(488, "Unusable answer"))
      tellEnded(CallEnding(by: .stack, status: 488, text: "The answer is not a session description"))
    }
  }

  private mutating func receiveRefusal(_ response: SIPResponse) {
    guard case .calling = phase else { return }
    let reason = ReasonValues(response.headers)
    tellEnded(
      CallEnding(
        by: .remote, status: response.status, cause: reason.cause, text: reason.text ?? response.reason))
    finish()
  }

  /// Our INVITE got no answer at all, or could not be sent.
  mutating func receiveInviteFailure(_ failure: RequestFailure) {
    guard case .calling = phase else { return }
    switch failure {
    case .timedOut: tellEnded(CallEnding(by: .stack, status: 408, text: "The peer does not answer"))
    case .notSent: tellEnded(CallEnding(by: .stack, status: 503, text: "The peer can't be reached"))
    }
    finish()
  }

  /// Takes our INVITE back. The application hears at once that the call is over; what still arrives is dealt with.
  mutating func cancelCalling(reason: String?, ending: CallEnding, at now: Instant) {
    guard case .calling(var invite) = phase, case .none = invite.cancellation else { return }
    if invite.hasProvisional {
      invite.cancellation = .sent(giveUpAt: now + timers.transactionTimeout)
      perform(.cancelInvite(reason: reason))
    } else {
      invite.cancellation = .wanted(reason: reason)
    }
    phase = .calling(invite)
    tellEnded(ending)
  }

  mutating func advanceCalling(_ invite: OutgoingInvite, to now: Instant) {
    switch invite.cancellation {
    case .none where now >= invite.ringDeadline:
      cancelCalling(
        reason: ReasonValues.sip(408, "Nobody answered"),
        ending: CallEnding(by: .stack, status: 408, text: "Nobody answered the call"), at: now)
    case .sent(let giveUpAt) where now >= giveUpAt:
      perform(.abandonInvite)
      finish()
    default: break
    }
  }
}
