extension CallSession {
  // MARK: The peer's

  /// Takes a re-INVITE or UPDATE, in order, inside the dialog.
  mutating func receiveReinvite(_ request: SIPRequest, in transaction: ServerTransactionID) {
    switch phase {
    case .established: break
    case .answered(let accepted) where !accepted.awaitsAnswer: break
    case .ringing:
      // A second INVITE, or an offer, before the first has its answer (RFC 3261 14.2, RFC 3311 5.2).
      return refuseForNow(request, in: transaction)
    case .answered, .calling: return respond(491, to: request, in: transaction)
    case .leaving, .lingering, .finished: return respond(481, to: request, in: transaction)
    }
    let body = SessionBody(request)
    switch body {
    case .unsupported:
      return respond(415, to: request, in: transaction, headers: [(.accept, "application/sdp")])
    case .malformed:
      return respond(
        488, to: request, in: transaction, headers: [(.warning, "399 \(contactHost) \"Malformed session description\"")]
      )
    case .absent, .description: break
    }
    if case .absent = body, request.method == .update {
      dialog?.refreshTarget(from: request.contacts)
      return accept(request, in: transaction)
    }
    if reinvites.isOffering { return respond(491, to: request, in: transaction) }
    switch reinvites.incoming {
    case .pending: return refuseForNow(request, in: transaction)
    case .accepted(_, let accepted) where accepted.awaitsAnswer: return respond(491, to: request, in: transaction)
    case .accepted, .none: break
    }
    dialog?.refreshTarget(from: request.contacts)
    let id = reinvites.makeID()
    reinvites.incoming = .pending(
      ReinviteUsage.Pending(
        id: id, request: request, transaction: transaction, hasOffer: body.description != nil))
    if request.method == .invite { perform(.respond(request.response(100), transaction)) }
    tell(.reinvited(id, offer: body.description))
  }

  private var contactHost: String { contact.uri.sip.map { hostText($0.host) } ?? "assist" }

  /// Puts off what can't be dealt with beside what is open (RFC 3261 14.2).
  mutating func refuseForNow(_ request: SIPRequest, in transaction: ServerTransactionID) {
    let seconds = Int.random(in: 0...10, using: &tokens)
    respond(500, to: request, in: transaction, headers: [(.retryAfter, String(seconds))])
  }

  private mutating func accept(_ request: SIPRequest, in transaction: ServerTransactionID) {
    perform(.respond(acceptance(of: request), transaction))
  }

  private func acceptance(of request: SIPRequest) -> SIPResponse {
    var response = request.response(200, toTag: dialog?.id.localTag)
    response.headers.append(.contact, contact.description)
    response.headers.append(.allow, capabilities.allow)
    return response
  }

  /// Answers the peer's offer, or makes ours when it asked for one.
  mutating func answerReinvite(_ id: ReinviteID, with description: SessionDescription, at now: Instant) {
    guard case .pending(let pending) = reinvites.incoming, pending.id == id,
      let sequence = pending.request.cSeq?.number
    else { return }
    var response = acceptance(of: pending.request)
    response.setBody(description)
    reinvites.incoming =
      pending.request.method == .update
      ? .none
      : .accepted(
        id,
        AcceptedInvite(
          response: response, transaction: pending.transaction, sequence: sequence, awaitsAnswer: !pending.hasOffer,
          timers: timers, at: now))
    perform(.respond(response, pending.transaction))
    sendQueuedReinvite()
  }

  /// Refuses the peer's change; the session stays as it was (RFC 3261 14.2).
  mutating func rejectReinvite(_ id: ReinviteID, status: Int, warning: String?) {
    guard case .pending(let pending) = reinvites.incoming, pending.id == id else { return }
    reinvites.incoming = .none
    let status = (300...699).contains(status) ? status : 488
    let headers: [(HeaderName, String)] = warning.map { [(.warning, $0)] } ?? []
    respond(status, to: pending.request, in: pending.transaction, headers: headers)
    sendQueuedReinvite()
  }

  mutating func cancelPendingReinvite() {
    guard case .pending(let pending) = reinvites.incoming, pending.request.method == .invite else { return }
    refusePendingReinvite()
    tell(.reinviteCancelled(pending.id))
  }

  /// Ends a re-INVITE of the peer for which there is no call any more (RFC 3261 15.1.2).
  mutating func refusePendingReinvite() {
    guard case .pending(let pending) = reinvites.incoming else { return }
    reinvites.incoming = .none
    respond(487, to: pending.request, in: pending.transaction)
  }

  mutating func receiveReinviteAcknowledgement(_ request: SIPRequest, sequence: UInt32) {
    guard case .accepted(let id, let accepted) = reinvites.incoming, accepted.sequence == sequence else { return }
    reinvites.incoming = .none
    if accepted.awaitsAnswer {
      guard case .description(let answer) = SessionBody(request) else { return leaveWithoutAnswer() }
      tell(.reinviteAnswered(id, answer))
    }
    sendQueuedReinvite()
  }

  // MARK: Ours

  /// Offers a change, by re-INVITE or UPDATE. While another is under way it waits; of several that wait the last counts.
  mutating func reinvite(_ change: ReinviteUsage.Change) {
    switch (phase, reinvites.outgoing) {
    case (.established, .none), (.established, .waiting), (.established, .queued), (.answered, _), (.ringing, _),
      (.calling, _):
      if let superseded = reinvites.notSent { tell(.reinviteFinished(superseded.id, status: 491, nil)) }
      reinvites.outgoing = .queued(change)
      sendQueuedReinvite()
    default:
      tell(.reinviteFinished(change.id, status: 491, nil))
    }
  }

  mutating func sendQueuedReinvite() {
    guard case .established = phase, case .queued(let change) = reinvites.outgoing else { return }
    // Our offer would cross theirs.
    guard case .none = reinvites.incoming else { return }
    sendReinvite(change, isRetry: false)
  }

  private mutating func sendReinvite(_ change: ReinviteUsage.Change, isRetry: Bool) {
    guard var request = makeRequest(change.method == .update ? .update : .invite) else { return }
    request.headers.append(.allow, capabilities.allow)
    request.setBody(change.offer)
    reinvites.outgoing = .pending(change, isRetry: isRetry)
    send(request, .reinvite)
  }

  /// Takes a response to our re-INVITE or UPDATE.
  mutating func receiveReinviteResponse(_ response: SIPResponse, to request: SIPRequest, at now: Instant) {
    guard response.isFinal, let sequence = request.cSeq?.number else { return }
    if response.isSuccess {
      if let last = reinvites.lastAcknowledgement, last.sequence == sequence {
        return perform(.acknowledge(last.acknowledgement.request, last.acknowledgement.destination))
      }
      dialog?.refreshTarget(from: response.contacts)
      guard let dialog else { return }
      if request.method == .invite {
        let acknowledgement = Acknowledgement(
          request: dialog.makeAcknowledgement(sequence: sequence), destination: dialog.destination)
        reinvites.lastAcknowledgement = (sequence, acknowledgement)
        perform(.acknowledge(acknowledgement.request, acknowledgement.destination))
      }
    }
    guard case .pending(let change, let isRetry) = reinvites.outgoing else { return }
    reinvites.outgoing = .none
    switch response.status {
    case 200..<300:
      tell(.reinviteFinished(change.id, status: response.status, SessionBody(response).description))
    case 491 where !isRetry:
      // RFC 3261 14.1: the owner of the Call-ID waits longer, so that one of two goes first.
      let wait = direction == .outgoing ? tokens.wait(from: 2100, through: 4000) : tokens.wait(from: 0, through: 2000)
      reinvites.outgoing = .waiting(until: now + wait, change)
    case 408, 481:
      loseDialog(status: response.status, text: response.reason)
    default:
      tell(.reinviteFinished(change.id, status: response.status, nil))
    }
  }

  mutating func receiveReinviteFailure(_ failure: RequestFailure) {
    guard case .pending(let change, _) = reinvites.outgoing else { return }
    reinvites.outgoing = .none
    switch failure {
    case .timedOut: loseDialog(status: 408, text: "The peer does not answer")
    case .notSent: tell(.reinviteFinished(change.id, status: 503, nil))
    }
  }

  /// The peer knows the dialog no more, or is silent (RFC 3261 12.2.1.2).
  mutating func loseDialog(status: Int, text: String) {
    guard case .established = phase else { return }
    leave(reason: ReasonValues.sip(status, text.filter { $0 != "\"" && $0 != "\\" }))
    tellEnded(CallEnding(by: .stack, status: status, text: text))
  }

  mutating func advanceReinvites(to now: Instant) {
    if case .waiting(let until, let change) = reinvites.outgoing, now >= until {
      if case .none = reinvites.incoming, case .established = phase {
        sendReinvite(change, isRetry: true)
      } else {
        reinvites.outgoing = .queued(change)
      }
    }
    guard case .accepted(let id, var accepted) = reinvites.incoming else { return }
    switch accepted.advance(to: now) {
    case .nothing: return
    case .retransmit:
      reinvites.incoming = .accepted(id, accepted)
      perform(.respond(accepted.response, accepted.transaction))
    case .giveUp:
      reinvites.incoming = .none
      loseDialog(status: 408, text: "No ACK came for our 200")
    }
  }
}
