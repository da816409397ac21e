extension CallSession {
  /// After these answers to a NOTIFY the peer wants no more of them (RFC 6665 4.2.2, RFC 5057 5.1).
  private static let statusesThatUnsubscribe: Set<Int> = [
    404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604,
  ]

  // MARK: The peer's requests

  /// Takes a REFER: the peer asks us to call someone (RFC 3515 2.4.2).
  mutating func receiveRefer(_ request: SIPRequest, in transaction: ServerTransactionID, at now: Instant) {
    guard capabilities.methods.contains(.refer) else {
      // Who is connected to an assistant does not send it elsewhere.
      return respond(603, to: request, in: transaction)
    }
    switch phase {
    case .answered, .established: break
    case .ringing, .calling: return respond(603, to: request, in: transaction)
    case .leaving, .lingering, .finished: return respond(481, to: request, in: transaction)
    }
    guard isLive else { return respond(481, to: request, in: transaction) }
    let id = referrals.makeID()
    guard request.headers.all(.referTo).count == 1, let target = request.referTo, let sequence = request.cSeq?.number
    else {
      return respond(400, to: request, in: transaction)
    }
    guard target.uri.refersToCall else { return respond(603, to: request, in: transaction) }
    guard referrals.open.count < ReferralUsages.maximum else { return refuseForNow(request, in: transaction) }
    referrals.open.append(
      ReferralUsage(
        id: id, sequence: sequence, isFirst: id.value == 1, request: request, transaction: transaction, at: now))
    tell(
      .referred(
        id, to: target, referredBy: request.headers.first(.referredBy).flatMap { NameAddress($0) },
        replaces: target.uri.sip?.header("Replaces")))
  }

  /// Takes a SUBSCRIBE: it prolongs or ends what a REFER has begun, and begins nothing (RFC 3515 2.4.4).
  mutating func receiveSubscribe(_ request: SIPRequest, in transaction: ServerTransactionID, at now: Instant) {
    guard let event = request.referEvent else {
      return respond(489, to: request, in: transaction, headers: [(.allowEvents, "refer")])
    }
    let index = referrals.open.firstIndex { usage in
      usage.isSubscribed && (event.isNamed ? usage.sequence == event.id : true)
    }
    guard let index else { return respond(event.isNamed ? 481 : 403, to: request, in: transaction) }
    let lifetime = UInt32(ReferralUsage.lifetime.components.seconds)
    // The peer may get less than it asks for (RFC 6665 4.2.1.1).
    let granted = request.expires == 0 ? 0 : lifetime
    respond(
      200, to: request, in: transaction, headers: [(.expires, String(granted)), (.contact, contact.description)])
    guard granted > 0 else {
      let usage = referrals.open.remove(at: index)
      return notify(usage, usage.farewell)
    }
    let report = referrals.open[index].subscribe(at: now)
    notify(referrals.open[index], report)
  }

  // MARK: The application's answers

  /// Says 202 and that the call is being tried. A peer that wants no reports gets none (RFC 4488 4).
  mutating func acceptReferral(_ id: ReferralID, at now: Instant) {
    guard let index = referrals.index(id),
      case .unanswered(let request, let transaction, _) = referrals.open[index].state
    else { return }
    dialog?.refreshTarget(from: request.contacts)
    var headers: [(HeaderName, String)] = [(.contact, contact.description)]
    guard request.wantsReferReports else {
      headers.append((.referSub, "false"))
      referrals.open.remove(at: index)
      return respond(202, to: request, in: transaction, headers: headers)
    }
    respond(202, to: request, in: transaction, headers: headers)
    let report = referrals.open[index].subscribe(at: now)
    notify(referrals.open[index], report)
  }

  /// Tells the peer what the target says; a final status is the last report.
  mutating func reportReferral(_ id: ReferralID, status: Int, reason: String?, at now: Instant) {
    guard let index = referrals.index(id) else { return }
    let reason = reason ?? SIPResponse.reasonPhrase(status)
    guard let report = referrals.open[index].report(status: status, reason: reason, at: now) else { return }
    let usage = referrals.open[index]
    if report.ending != nil { referrals.open.remove(at: index) }
    notify(usage, report)
  }

  /// Refuses with a status of 300 to 699; another counts as 603.
  mutating func rejectReferral(_ id: ReferralID, status: Int) {
    guard let index = referrals.index(id),
      case .unanswered(let request, let transaction, _) = referrals.open[index].state
    else { return }
    referrals.open.remove(at: index)
    respond((300...699).contains(status) ? status : 603, to: request, in: transaction)
  }

  // MARK: What becomes of them

  private mutating func notify(_ usage: ReferralUsage, _ report: ReferralUsage.Report) {
    guard var request = makeRequest(.notify) else { return }
    request.headers.append(.event, usage.event)
    request.headers.append(.subscriptionState, report.subscriptionState)
    request.contentType = .sipfrag
    request.body = Array((report.statusLine + "\r\n").utf8)
    send(request, .notify(usage.id))
  }

  /// Takes a final response to a NOTIFY of ours.
  mutating func receiveNotifyResponse(_ response: SIPResponse, about id: ReferralID) {
    guard Self.statusesThatUnsubscribe.contains(response.status) else { return }
    forgetReferral(id)
  }

  /// A NOTIFY had no answer, or could not be sent (RFC 6665 4.2.2).
  mutating func forgetReferral(_ id: ReferralID) {
    referrals.open.removeAll { $0.id == id }
  }

  /// The call ends, and all that lives in it: an open REFER gets 487 (RFC 3261 15.1.2).
  mutating func endReferrals() {
    let open = referrals.open
    referrals.open = []
    for usage in open {
      guard case .unanswered(let request, let transaction, _) = usage.state else { continue }
      respond(487, to: request, in: transaction)
    }
  }

  mutating func advanceReferrals(to now: Instant) {
    for usage in referrals.open where now >= usage.nextDeadline {
      switch usage.state {
      case .unanswered: rejectReferral(usage.id, status: 603)
      case .subscribed:
        forgetReferral(usage.id)
        notify(usage, usage.farewell)
      }
    }
  }
}

extension URI {
  /// Whether a reference to this means a call; a SIP URI may name another method (RFC 3261 19.1.1).
  fileprivate var refersToCall: Bool {
    guard let method = sip?.parameters["method"] else { return true }
    return method == Method.invite.rawValue
  }
}

extension SIPRequest {
  /// False when Refer-Sub says so (RFC 4488 4).
  fileprivate var wantsReferReports: Bool {
    let value = headers.first(.referSub).flatMap { MediaType("refer/" + $0) }
    return value?.subtype != "false"
  }

  /// The ID in an Event of `refer`; nil for another event or none.
  var referEvent: (isNamed: Bool, id: UInt32?)? {
    // `refer;id=2` has the form of a media type's subtype with parameters.
    guard let event = headers.first(.event).flatMap({ MediaType("event/" + $0) }), event.subtype == "refer" else {
      return nil
    }
    return (event.parameters.contains("id"), event.parameters["id"].flatMap { UInt32($0) })
  }
}
