extension CallSession {
  /// Asks the peer to call `target` (RFC 3515); its reports come as events.
  mutating func refer(
    to target: String, as id: ReferID, referredBy: NameAddress?, headers: Headers, at now: Instant
  ) {
    guard case .established = phase, refers.count < Self.maximumRefers, var request = makeRequest(.refer),
      let sequence = request.cSeq?.number
    else {
      return tell(.referFinished(id, .callEnded))
    }
    request.headers.append(.referTo, target)
    if let referredBy { request.headers.append(.referredBy, referredBy.description) }
    for field in headers { request.headers.append(field.name, field.value) }
    refers.append(ReferUsage(id: id, sequence: sequence, timeout: referTimeout, at: now))
    send(request, .refer)
  }

  /// The dialog, once the call is answered.
  var establishedDialog: DialogID? {
    switch phase {
    case .answered, .established: dialog?.id
    case .ringing, .calling, .leaving, .lingering, .finished: nil
    }
  }

  /// The REFER went out again with credentials, under a new CSeq number.
  mutating func referRenumbered(from old: UInt32, to new: UInt32) {
    guard let index = refers.firstIndex(where: { $0.sequence == old }) else { return }
    refers[index].sequence = new
  }

  /// Takes a response to our REFER.
  mutating func receiveReferResponse(_ response: SIPResponse, to request: SIPRequest) {
    guard let index = refers.firstIndex(where: { $0.sequence == request.cSeq?.number }) else { return }
    apply(refers[index].receive(responseStatus: response.status, reason: response.reason), at: index)
    if response.status == 481 { loseDialog(status: 481, text: response.reason) }
  }

  mutating func receiveReferFailure(_ failure: RequestFailure, of request: SIPRequest) {
    guard let index = refers.firstIndex(where: { $0.sequence == request.cSeq?.number }) else { return }
    let status = failure == .timedOut ? 408 : 503
    apply(
      refers[index].receive(responseStatus: status, reason: SIPResponse.reasonPhrase(status)), at: index)
  }

  /// Takes a NOTIFY: a report on a transfer, or 481 when none is awaited.
  mutating func receiveNotify(_ request: SIPRequest, in transaction: ServerTransactionID, at now: Instant) {
    guard let event = request.referEvent else {
      return respond(489, to: request, in: transaction, headers: [(.allowEvents, "refer")])
    }
    // Without an ID it is about the first REFER (RFC 3515 2.4.6), or the only one left.
    guard let index = event.isNamed ? refers.firstIndex(where: { $0.sequence == event.id }) : refers.indices.first
    else {
      return respond(481, to: request, in: transaction)
    }
    respond(200, to: request, in: transaction)
    let state = request.headers.first(.subscriptionState).flatMap { MediaType("state/" + $0) }
    apply(
      refers[index].receive(report: SIPFragment(request.body), isLast: state?.subtype == "terminated", at: now),
      at: index)
  }

  mutating func advanceRefers(to now: Instant) {
    for index in refers.indices.reversed() { apply(refers[index].advance(to: now), at: index) }
  }

  private mutating func apply(_ result: ReferUsage.Result, at index: Int) {
    let id = refers[index].id
    switch result {
    case .none: break
    case .progress(let status): tell(.referProgress(id, status: status))
    case .finished(let outcome):
      refers.remove(at: index)
      tell(.referFinished(id, outcome))
      if case .lingering(_, let ending) = phase, refers.isEmpty {
        tellEnded(ending)
        finish()
      }
    }
  }
}
