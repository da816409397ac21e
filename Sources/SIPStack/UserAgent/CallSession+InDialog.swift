extension CallSession {
  /// Takes a request inside the dialog, other than ACK and CANCEL.
  mutating func receive(_ request: SIPRequest, in transaction: ServerTransactionID, on flow: Flow, at now: Instant) {
    guard case .inOrder = dialog?.admit(request) ?? .outOfOrder else {
      return respond(500, to: request, in: transaction)
    }
    dialog?.flow = flow
    switch request.method {
    case .bye: receiveBye(request, in: transaction, at: now)
    case .invite, .update: receiveReinvite(request, in: transaction)
    case .info: receiveInfo(request, in: transaction)
    case .notify: receiveNotify(request, in: transaction, at: now)
    case .options:
      respond(200, to: request, in: transaction, headers: capabilities.headers)
    case .refer: receiveRefer(request, in: transaction, at: now)
    case .subscribe: receiveSubscribe(request, in: transaction, at: now)
    default:
      respond(405, to: request, in: transaction, headers: [(.allow, capabilities.allow)])
    }
  }

  private mutating func receiveBye(_ request: SIPRequest, in transaction: ServerTransactionID, at now: Instant) {
    respond(200, to: request, in: transaction)
    let reason = ReasonValues(request.headers)
    let ending = CallEnding(
      by: .remote, status: reason.status, cause: reason.cause, text: reason.text ?? "The peer hung up")
    switch phase {
    case .ringing(let invite):
      respond(487, to: invite.request, in: invite.transaction)
      tellEnded(ending)
      finish()
    case .leaving, .lingering, .finished:
      // Both hung up at once; our own BYE ends by itself.
      return
    case .calling:
      return
    case .answered, .established:
      refusePendingReinvite()
      reinvites.stop()
      endReferrals()
      guard isLive, !refers.isEmpty else {
        tellEnded(ending)
        return finish()
      }
      // Carriers hang up with, before or instead of the last report of a transfer.
      phase = .lingering(until: now + ReferUsage.raceWindow, ending)
    }
  }

  private mutating func receiveInfo(_ request: SIPRequest, in transaction: ServerTransactionID) {
    guard isInCall else { return respond(481, to: request, in: transaction) }
    guard !request.body.isEmpty else { return respond(200, to: request, in: transaction) }
    let type = request.contentType
    guard DigitInfo.mediaTypes.contains(type.map { "\($0.type)/\($0.subtype)" } ?? "") else {
      return respond(
        415, to: request, in: transaction, headers: [(.accept, DigitInfo.mediaTypes.joined(separator: ", "))])
    }
    respond(200, to: request, in: transaction)
    if let info = DigitInfo(request.body) { tell(.dtmf(info.digit, duration: info.duration)) }
  }

  private var isInCall: Bool {
    switch phase {
    case .answered, .established: true
    case .ringing, .calling, .leaving, .lingering, .finished: false
    }
  }

  /// Sends an INFO request.
  mutating func sendInfo(_ type: MediaType, _ body: [UInt8]) {
    guard case .established = phase, var request = makeRequest(.info) else { return }
    request.contentType = type
    request.body = body
    send(request, .info)
  }

  /// Ends the call in the way that its state asks for.
  mutating func hangUp(cause: Int?, text: String?, at now: Instant) {
    guard isLive else { return }
    let reason = ReasonValues.q850(cause, text)
    let ending = CallEnding(by: .local, cause: cause, text: text ?? "We hung up")
    switch phase {
    case .ringing:
      reject(status: 603, reason: nil, headers: [(.reason, reason)])
    case .answered:
      byeReason = ByeReason(text: reason)
      endReferrals()
      tellEnded(ending)
    case .calling:
      cancelCalling(reason: reason, ending: ending, at: now)
    case .established:
      leave(reason: reason)
      tellEnded(ending)
    case .lingering(_, let ending):
      tellEnded(ending) { $0.outcomeOfHangUp }
      finish()
    case .leaving, .finished: break
    }
  }

  /// The BYE has its answer, or will never have one.
  mutating func byeFinished() {
    if case .leaving = phase { finish() }
  }
}
