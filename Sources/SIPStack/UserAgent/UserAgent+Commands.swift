public import Net

/// Why a call could not be begun.
public enum CallError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No more calls are taken or made.
  case draining
  /// The limit of calls is reached.
  case tooManyCalls
  /// No listener that could show an address for the transport.
  case noListener
  /// The user agent has been shut down.
  case closed

  /// In words, for a log or a terminal.
  public var description: String {
    switch self {
    case .draining: "No new calls are made while the server drains"
    case .tooManyCalls: "The limit of concurrent calls is reached"
    case .noListener: "No SIP listener is configured"
    case .closed: "The SIP endpoint is closed"
    }
  }
}

/// A call to be made.
public struct OutgoingCall: Sendable {
  /// Whom to call.
  public var target: SIPURI
  /// What From shows; nil for our own address.
  public var from: NameAddress?
  /// Our offer.
  public var offer: SessionDescription
  /// Over which transport; nil lets the target decide, else UDP.
  public var transport: TransportKind?
  /// Where to send the INVITE instead of to the target, such as an outbound proxy.
  public var routes: [NameAddress] = []
  /// Where the first hop is, if whoever calls has looked that up already; nil has the host looked up.
  public var destination: SocketEndpoint?
  /// User and password for a peer that asks.
  public var credentials: SIPCredentials?
  /// How long it may ring. Default 60 s.
  public var ringTimeout = Duration.seconds(60)
  /// More header fields for the INVITE.
  public var headers = Headers()

  /// A call to `target`.
  public init(target: SIPURI, offer: SessionDescription) {
    self.target = target
    self.offer = offer
  }
}

/// What was begun.
public struct StartedCall: Sendable {
  /// The call's name in commands.
  public let handle: CallHandle
  /// The INVITE, without Via.
  public let request: SIPRequest
}

extension UserAgent {
  /// Sends an INVITE.
  public mutating func call(_ call: OutgoingCall, at now: Instant) throws(CallError) -> (StartedCall, [Output]) {
    guard !isDraining else { throw .draining }
    guard calls.count < configuration.maximumCalls else { throw .tooManyCalls }
    let path = RouteSet(call.routes).applied(to: URI.sip(call.target).asRequestURI)
    guard var hop = Hop(call.transport.map { path.nextHop.over($0) } ?? path.nextHop, on: call.transport ?? .udp) else {
      throw .noListener
    }
    // The port is the URI's: an address has none of its own.
    if let known = call.destination {
      hop.address = HostPort(known.port == 0 ? known.with(port: hop.address.port) : known)
    }
    guard let contact = contact(for: hop.transport, towards: hop.address.host.address)
    else { throw .noListener }
    var from = call.from ?? NameAddress(uri: contact.uri.withoutParameters)
    from.tag = tokens.tag()
    var request = SIPRequest(method: .invite, uri: path.requestURI)
    for route in path.routes { request.headers.append(.route, route.description) }
    request.headers.append(.from, from.description)
    request.headers.append(.to, NameAddress(uri: URI.sip(call.target).withoutParameters).description)
    request.headers.append(.callID, tokens.callID())
    request.headers.append(.cSeq, "1 INVITE")
    request.headers.append(.maxForwards, "70")
    request.headers.append(.contact, contact.description)
    request.headers.append(.allow, capabilities.allow)
    for field in call.headers { request.headers.append(field.name, field.value) }
    request.setBody(call.offer)
    lastHandle &+= 1
    let handle = CallHandle(value: lastHandle)
    let invite = OutgoingInvite(ringDeadline: now + call.ringTimeout)
    calls[handle] = CallSession(
      handle: handle, direction: .outgoing, phase: .calling(invite), dialog: nil, contact: contact,
      timers: configuration.timers, referTimeout: configuration.referTimeout, capabilities: capabilities,
      tokens: TokenGenerator(seed: (tokens.next(), tokens.next())))
    if let credentials = call.credentials { authentication.keep(credentials, for: handle) }
    start(request, to: .hop(hop), for: handle, .invite, at: now)
    withCall(handle, at: now) { _ in }
    return (StartedCall(handle: handle, request: request), takeOutputs())
  }

  /// Sends 180. Commands for a call that is over, or in another state, do nothing.
  public mutating func ring(_ call: CallHandle, at now: Instant) -> [Output] {
    command(call, at: now) { $0.ring() }
  }

  /// Sends 183 with early media's description.
  public mutating func progress(_ call: CallHandle, _ description: SessionDescription, at now: Instant) -> [Output] {
    command(call, at: now) { $0.progress(description) }
  }

  /// Accepts an incoming call with the answer, or with our offer when the INVITE had none.
  public mutating func answer(_ call: CallHandle, _ description: SessionDescription, at now: Instant) -> [Output] {
    command(call, at: now) { $0.answer(description, at: now) }
  }

  /// Refuses an incoming call with a status of 300 to 699.
  public mutating func reject(
    _ call: CallHandle, status: Int, reason: String? = nil, headers: [(HeaderName, String)] = [], at now: Instant
  ) -> [Output] {
    command(call, at: now) { $0.reject(status: status, reason: reason, headers: headers) }
  }

  /// Refuses an incoming call that the application has no room for, with 503 and Retry-After.
  public mutating func turnAway(_ call: CallHandle, at now: Instant) -> [Output] {
    guard let session = calls[call], case .ringing(let invite) = session.phase else { return [] }
    counts.callsOverLimit += 1
    if let peer = session.dialog?.flow.remote {
      let why = "too many calls wait to be taken"
      emit(.event(.callRefused(RefusedCall(invite.request, from: peer, status: 503, why: why))))
    }
    return reject(call, status: 503, headers: [retryAfter], at: now)
  }

  /// Answers the peer's re-INVITE or UPDATE.
  public mutating func answerReinvite(
    _ call: CallHandle, _ id: ReinviteID, with description: SessionDescription, at now: Instant
  ) -> [Output] {
    command(call, at: now) { $0.answerReinvite(id, with: description, at: now) }
  }

  /// Refuses the peer's re-INVITE or UPDATE, as a rule with 488; the session stays as it was.
  public mutating func rejectReinvite(
    _ call: CallHandle, _ id: ReinviteID, status: Int = 488, warning: String? = nil, at now: Instant
  ) -> [Output] {
    command(call, at: now) { $0.rejectReinvite(id, status: status, warning: warning) }
  }

  /// Offers a change of the session; `.reinviteFinished` with its name tells how it ended, or `.ended` that it has no
  /// use any more.
  public mutating func reinvite(
    _ call: CallHandle, _ offer: SessionDescription, as id: SessionChangeID, method: SessionChangeMethod = .reinvite,
    at now: Instant
  ) -> [Output] {
    command(call, at: now) { $0.reinvite(ReinviteUsage.Change(id: id, offer: offer, method: method)) }
  }

  /// Asks the peer to call `target`, the value of a Refer-To field; `headers` are more fields for the REFER. What comes
  /// of it bears the name `id`.
  public mutating func refer(
    _ call: CallHandle, to target: String, as id: ReferID, referredBy: NameAddress? = nil,
    headers: Headers = Headers(), at now: Instant
  ) -> [Output] {
    command(call, at: now) { $0.refer(to: target, as: id, referredBy: referredBy, headers: headers, at: now) }
  }

  /// The dialog of a call that was answered; nil before that, and when the call is over.
  public func dialog(of call: CallHandle) -> DialogID? { calls[call]?.establishedDialog }

  /// Accepts the peer's REFER by 202 and a first NOTIFY of 100, unless the peer wants none. Unanswered for 30 s it is
  /// rejected. Commands for a referral that is answered or over do nothing.
  public mutating func acceptReferral(_ call: CallHandle, _ id: ReferralID, at now: Instant) -> [Output] {
    command(call, at: now) { $0.acceptReferral(id, at: now) }
  }

  /// Tells the peer, by NOTIFY, what comes of a referral that was accepted. A status of 200 or more is the last; before
  /// it, the peer stops listening after 60 s without news. The end of the call ends the reports.
  /// - Parameter reason: in words; nil for the usual ones.
  public mutating func reportReferral(
    _ call: CallHandle, _ id: ReferralID, status: Int, reason: String? = nil, at now: Instant
  ) -> [Output] {
    command(call, at: now) { $0.reportReferral(id, status: status, reason: reason, at: now) }
  }

  /// Refuses the peer's REFER with a status of 300 to 699, as a rule with 603.
  public mutating func rejectReferral(
    _ call: CallHandle, _ id: ReferralID, status: Int = 603, at now: Instant
  ) -> [Output] {
    command(call, at: now) { $0.rejectReferral(id, status: status) }
  }

  /// Sends an INFO request.
  public mutating func sendInfo(_ call: CallHandle, _ type: MediaType, _ body: [UInt8], at now: Instant) -> [Output] {
    command(call, at: now) { $0.sendInfo(type, body) }
  }

  /// Ends a call: 603, CANCEL or BYE, as its state asks for, with a Reason of Q.850.
  public mutating func hangUp(_ call: CallHandle, cause: Int? = nil, text: String? = nil, at now: Instant) -> [Output] {
    command(call, at: now) { $0.hangUp(cause: cause, text: text, at: now) }
  }

  private mutating func command(
    _ handle: CallHandle, at now: Instant, _ body: (inout CallSession) -> Void
  ) -> [Output] {
    withCall(handle, at: now, body)
    return takeOutputs()
  }
}

extension URI {
  /// The URI as From and To show it (RFC 3261 19.1.1, table 1).
  var withoutParameters: URI {
    guard var sip else { return self }
    sip.parameters = Parameters()
    sip.headers = Parameters()
    return .sip(sip)
  }

  /// The URI as if it named `transport` itself.
  func over(_ transport: TransportKind) -> URI {
    guard var sip else { return self }
    sip.parameters["transport"] = transport.rawValue
    return .sip(sip)
  }
}
