public import Net
internal import NIOCore
public import SIPStack
internal import Synchronization

/// One call of an endpoint. Its methods may be called from anywhere; they take effect in the order of the calls, and
/// do nothing when the call is over or in another state.
public final class SIPCall: Sendable {
  /// Tells the calls of one endpoint apart.
  public var id: UInt64 { handle.value }
  /// The Call-ID.
  public let callID: String
  /// Who called whom.
  public let direction: CallDirection
  /// The caller.
  public let from: NameAddress
  /// The called one, as in To.
  public let to: NameAddress
  /// The Request-URI of the INVITE.
  public let requestURI: URI
  /// Where an incoming call came from, as the socket saw it.
  public let remoteAddress: SocketEndpoint?
  /// How the caller of an incoming call was let in; nil in calls of ours.
  public let admission: Admission?
  /// The offer of an incoming call; nil when it wants ours, and in calls of ours.
  public let offer: SessionDescription?
  /// The header fields of the INVITE.
  public let headers: Headers
  /// What happens, in order, for one reader; it finishes after `.ended`.
  public let events: AsyncStream<SIPCallEvent>
  private let handle: CallHandle
  private let endpoint: EndpointReference
  /// Counts what we ask the peer for and what has an outcome.
  private let lastRequest = Atomic<UInt64>(0)

  init(
    handle: CallHandle, direction: CallDirection, request: SIPRequest, offer: SessionDescription?,
    remoteAddress: SocketEndpoint?, admission: Admission?, events: AsyncStream<SIPCallEvent>,
    endpoint: EndpointReference
  ) {
    self.handle = handle
    self.direction = direction
    self.offer = offer
    self.remoteAddress = remoteAddress
    self.admission = admission
    self.events = events
    self.endpoint = endpoint
    callID = request.callID ?? ""
    // A request that became a call has both; the Request-URI stands in for what a peer might leave out.
    from = request.from ?? NameAddress(uri: request.uri)
    to = request.to ?? NameAddress(uri: request.uri)
    requestURI = request.uri
    headers = request.headers
  }

  /// Sends 180.
  public func ring() {
    endpoint.command { [handle] in $0.ring(handle, at: $1) }
  }

  /// Sends 183 with early media's description.
  public func progress(_ description: SessionDescription) {
    endpoint.command { [handle] in $0.progress(handle, description, at: $1) }
  }

  /// Accepts, with the answer to `offer` or with our offer when that is nil.
  public func answer(_ description: SessionDescription) {
    endpoint.command { [handle] in $0.answer(handle, description, at: $1) }
  }

  /// Refuses with a status of 300 to 699.
  public func reject(status: Int, reason: String? = nil, warning: String? = nil) {
    endpoint.command { [handle] in
      $0.reject(
        handle, status: status, reason: reason, headers: warning.map { [(HeaderName.warning, $0)] } ?? [], at: $1)
    }
  }

  /// Answers the peer's re-INVITE or UPDATE.
  public func answerReinvite(_ id: ReinviteID, with description: SessionDescription) {
    endpoint.command { [handle] in $0.answerReinvite(handle, id, with: description, at: $1) }
  }

  /// Refuses the peer's re-INVITE or UPDATE; the session stays as it was.
  public func rejectReinvite(_ id: ReinviteID, status: Int = 488, warning: String? = nil) {
    endpoint.command { [handle] in $0.rejectReinvite(handle, id, status: status, warning: warning, at: $1) }
  }

  /// Offers a change of the session, by re-INVITE or UPDATE; `.reinviteFinished` with the name that this returns tells
  /// how it ended.
  @discardableResult
  public func reinvite(_ offer: SessionDescription, method: SessionChangeMethod = .reinvite) -> SessionChangeID {
    let id = SessionChangeID(nextRequest())
    endpoint.command { [handle] in $0.reinvite(handle, offer, as: id, method: method, at: $1) }
    return id
  }

  /// Asks the peer to call `target`; `.referFinished` with the name that this returns tells how it ended.
  /// - Parameters:
  ///   - target: may carry header fields for the INVITE that the peer makes of it (`SIPURI.addHeader`).
  ///   - referredBy: who asks (RFC 3892).
  ///   - headers: more fields for the REFER itself.
  @discardableResult
  public func refer(to target: URI, referredBy: NameAddress? = nil, headers: Headers = Headers()) -> ReferID {
    let id = ReferID(nextRequest())
    endpoint.command { [handle] in
      $0.refer(handle, to: "<\(target)>", as: id, referredBy: referredBy, headers: headers, at: $1)
    }
    return id
  }

  private func nextRequest() -> UInt64 { lastRequest.wrappingAdd(1, ordering: .relaxed).newValue }

  /// The dialog's name, by which another call can take its place (RFC 3891); nil before the answer and after the end.
  public func dialog() async -> DialogID? {
    try? await endpoint.ask { [handle] in $0.dialog(of: handle) }.get()
  }

  /// Accepts the peer's REFER, which came as `.referred`; the peer then waits for reports.
  public func acceptReferral(_ id: ReferralID) {
    endpoint.command { [handle] in $0.acceptReferral(handle, id, at: $1) }
  }

  /// Tells the peer what comes of a referral that was accepted; a status of 200 or more is the last report.
  public func reportReferral(_ id: ReferralID, status: Int, reason: String? = nil) {
    endpoint.command { [handle] in $0.reportReferral(handle, id, status: status, reason: reason, at: $1) }
  }

  /// Refuses the peer's REFER with a status of 300 to 699.
  public func rejectReferral(_ id: ReferralID, status: Int = 603) {
    endpoint.command { [handle] in $0.rejectReferral(handle, id, status: status, at: $1) }
  }

  /// Sends an INFO request.
  public func sendInfo(_ type: MediaType, _ body: [UInt8]) {
    endpoint.command { [handle] in $0.sendInfo(handle, type, body, at: $1) }
  }

  /// Ends the call: refuses it, takes it back or says BYE, as its state asks for.
  /// - Parameters:
  ///   - cause: Q.850, 16 (normal clearing) when nil.
  ///   - text: in words, for the Reason header field.
  public func hangUp(cause: Int? = nil, text: String? = nil) {
    endpoint.command { [handle] in $0.hangUp(handle, cause: cause, text: text, at: $1) }
  }
}
