/// An INVITE of the peer that has no final response yet: RFC 3261 13.3.
struct IncomingInvite: Sendable {
  let request: SIPRequest
  let transaction: ServerTransactionID
  /// False when the peer wants our offer.
  let hasOffer: Bool
  /// An application that never answers does not hold the call for ever.
  let giveUpAt: Instant
}

extension CallSession {
  /// Sends 180.
  mutating func ring() {
    guard case .ringing(let invite) = phase else { return }
    perform(.respond(dialogResponse(180, to: invite.request), invite.transaction))
  }

  /// Sends 183 with early media's description.
  mutating func progress(_ description: SessionDescription) {
    guard case .ringing(let invite) = phase else { return }
    var response = dialogResponse(183, to: invite.request)
    response.setBody(description)
    perform(.respond(response, invite.transaction))
  }

  /// Accepts with the answer, or with our offer when the peer made none.
  mutating func answer(_ description: SessionDescription, at now: Instant) {
    guard case .ringing(let invite) = phase, let sequence = invite.request.cSeq?.number else { return }
    var response = dialogResponse(200, to: invite.request)
    response.headers.append(.allow, capabilities.allow)
    response.setBody(description)
    phase = .answered(
      AcceptedInvite(
        response: response, transaction: invite.transaction, sequence: sequence, awaitsAnswer: !invite.hasOffer,
        timers: timers, at: now))
    perform(.respond(response, invite.transaction))
  }

  /// Refuses with a status of 300 to 699; another counts as 480.
  mutating func reject(status: Int, reason: String?, headers: [(HeaderName, String)]) {
    guard case .ringing(let invite) = phase else { return }
    var response = invite.request.response(
      (300...699).contains(status) ? status : 480, reason: reason, toTag: dialog?.id.localTag)
    for (name, value) in headers { response.headers.append(name, value) }
    perform(.respond(response, invite.transaction))
    tellEnded(CallEnding(by: .local, status: response.status, text: response.reason))
    finish()
  }

  /// Takes the peer's CANCEL, which the user agent has answered.
  mutating func receiveCancel(_ cancel: SIPRequest) {
    guard case .ringing(let invite) = phase else {
      cancelPendingReinvite()
      return
    }
    respond(487, to: invite.request, in: invite.transaction)
    let reason = ReasonValues(cancel.headers)
    tellEnded(
      CallEnding(
        by: .remote, status: reason.status ?? 487, cause: reason.cause, text: reason.text ?? "The caller hung up"))
    finish()
  }

  /// Takes an ACK for a 2xx of ours.
  mutating func receiveAcknowledgement(_ request: SIPRequest) {
    guard let sequence = request.cSeq?.number else { return }
    guard case .answered(let accepted) = phase else {
      receiveReinviteAcknowledgement(request, sequence: sequence)
      return
    }
    guard sequence == accepted.sequence else { return receiveReinviteAcknowledgement(request, sequence: sequence) }
    phase = .established
    if let byeReason { return leave(reason: byeReason.text) }
    let body = SessionBody(request)
    if accepted.awaitsAnswer {
      guard case .description(let answer) = body else { return leaveWithoutAnswer() }
      tell(.established(answer))
    } else {
      tell(.established(nil))
    }
    sendQueuedReinvite()
  }

  /// Hangs up since the ACK holds no answer to our offer.
  mutating func leaveWithoutAnswer() {
    leave(reason: ReasonValues.sip(488, "No answer to the offer"))
    tellEnded(CallEnding(by: .stack, status: 488, text: "The ACK held no answer to our offer"))
  }

  mutating func advanceRinging(_ invite: IncomingInvite, to now: Instant) {
    guard now >= invite.giveUpAt else { return }
    respond(480, to: invite.request, in: invite.transaction)
    tellEnded(CallEnding(by: .stack, status: 480, text: "Nobody answered the call"))
    finish()
  }

  mutating func advanceAnswered(_ accepted: AcceptedInvite, to now: Instant) {
    var accepted = accepted
    switch accepted.advance(to: now) {
    case .nothing: return
    case .retransmit:
      phase = .answered(accepted)
      perform(.respond(accepted.response, accepted.transaction))
    case .giveUp:
      leave(reason: byeReason?.text ?? ReasonValues.sip(408, "No ACK"))
      tellEnded(CallEnding(by: .stack, status: 408, text: "No ACK came for our 200"))
    }
  }

  /// A response that makes or confirms the dialog: with tag, Contact and the recorded route (RFC 3261 12.1.1).
  func dialogResponse(_ status: Int, to request: SIPRequest) -> SIPResponse {
    var response = request.response(status, toTag: dialog?.id.localTag)
    for route in request.headers.all(.recordRoute) { response.headers.append(.recordRoute, route) }
    response.headers.append(.contact, contact.description)
    return response
  }
}
