import Net

extension UserAgent {
  /// Lets a call take an input, and carries out what it asks for.
  mutating func withCall(_ handle: CallHandle, at now: Instant, _ body: (inout CallSession) -> Void) {
    guard var call = calls.removeValue(forKey: handle) else { return }
    // Taken out so that the session is changed in place and not copied.
    body(&call)
    let actions = call.takeActions()
    calls[handle] = call
    callDeadlines.set(handle, to: call.nextDeadline)
    for action in actions { perform(action, of: handle, at: now) }
    settle(at: now)
  }

  private mutating func perform(_ action: CallAction, of handle: CallHandle, at now: Instant) {
    switch action {
    case .respond(let response, let id):
      transactions.respond(decorated(response), in: id, at: now)
      settle(at: now)
    case .request(let request, let destination, let purpose):
      start(request, to: destination, for: handle, purpose, at: now)
    case .acknowledge(let request, let destination):
      guard let stamped = stamped(request, for: destination) else { return }
      send(stamped.serialized(), to: destination, owner: nil, at: now)
    case .cancelInvite(let reason):
      guard let id = outgoingInvites[handle], let record = clientRecords[id] else { return }
      let cancel = record.request.cancellation(reason: reason)
      guard let cancelID = transactions.start(cancel, to: record.destination, at: now) else { return }
      clientRecords[cancelID] = ClientRecord(
        call: handle, purpose: .cancel, request: cancel, destination: record.destination, flow: record.flow)
      settle(at: now)
    case .abandonInvite:
      guard let id = outgoingInvites[handle] else { return }
      transactions.abandon(id)
      forgetClient(id)
    case .event(let event): emit(.event(.call(handle, event)))
    case .dialogAdded(let dialog): addDialog(dialog, to: handle)
    case .finished: removeCall(handle)
    }
  }

  /// Begins a client transaction for a call.
  mutating func start(
    _ request: SIPRequest, to destination: Destination, for handle: CallHandle, _ purpose: ClientPurpose,
    attempts: Int = 0, at now: Instant
  ) {
    let destination = sized(destination, for: request)
    guard let stamped = stamped(request, for: destination),
      let id = transactions.start(stamped, to: destination, at: now)
    else {
      counts.messagesNotSent += 1
      return failed(purpose, .notSent, of: request, call: handle, at: now)
    }
    clientRecords[id] = ClientRecord(
      call: handle, purpose: purpose, request: stamped, destination: destination, authenticationAttempts: attempts)
    if purpose == .invite { outgoingInvites[handle] = id }
    settle(at: now)
  }

  /// Adds what the user agent knows and a call does not: Via and the product.
  private mutating func stamped(_ request: SIPRequest, for destination: Destination) -> SIPRequest? {
    let peer = destination.flow?.remote.address ?? destination.hop?.address.host.address
    guard let address = advertised(destination.transport, towards: peer) else { return nil }
    var request = request
    var via = Via(transport: destination.transport.viaName, host: address.host.description, port: address.port)
    via.parameters.append("branch", tokens.branch())
    via.requestRport()
    request.headers.prepend(.via, via.description)
    if let product = configuration.product { request.headers.append(.userAgent, product) }
    return request
  }

  /// RFC 3261 18.1.1: what comes near the path's MTU goes over TCP, if that is wanted.
  private func sized(_ destination: Destination, for request: SIPRequest) -> Destination {
    guard configuration.usesTCPForLargeRequests, destination.transport == .udp,
      advertised(.tcp, towards: nil) != nil, request.serialized().count + 200 > 1300
    else { return destination }
    let address = destination.hop?.address ?? destination.flow.map { HostPort($0.remote) }
    return address.map { .hop(Hop(transport: .tcp, address: $0)) } ?? destination
  }

  /// The address that we show for a transport: its listener's, or that of another listener when it has none, as for a
  /// TCP connection of a user agent that listens on UDP alone.
  func advertised(_ transport: TransportKind, towards peer: IPAddress?) -> HostPort? {
    (configuration.listener(transport, towards: peer) ?? configuration.listeners.first)?.advertised
  }

  /// What Contact shows on a transport.
  func contact(for transport: TransportKind, towards peer: IPAddress?) -> NameAddress? {
    guard let address = advertised(transport, towards: peer) else { return nil }
    var uri = SIPURI(user: configuration.user, host: address.host.description, port: address.port)
    if transport != .udp { uri.parameters["transport"] = transport.rawValue }
    return NameAddress(uri: .sip(uri))
  }

  mutating func addDialog(_ id: DialogID, to handle: CallHandle) {
    guard dialogs[id] == nil else { return }
    dialogs[id] = handle
    dialogsByCall[handle, default: []].append(id)
  }

  private mutating func removeCall(_ handle: CallHandle) {
    guard calls.removeValue(forKey: handle) != nil else { return }
    callDeadlines.set(handle, to: nil)
    authentication.forget(handle)
    for id in dialogsByCall.removeValue(forKey: handle) ?? [] { dialogs[id] = nil }
  }

  // MARK: Responses

  mutating func deliver(_ response: SIPResponse, in id: ClientTransactionID, at now: Instant) {
    // A response is delivered while the message that it came in is being taken.
    guard let record = clientRecords[id], let flow = arrivalFlow else { return }
    clientRecords[id]?.hasResponse = true
    if response.status == 401 || response.status == 407, retryWithCredentials(record, response, at: now) { return }
    guard calls[record.call] != nil else {
      if record.purpose == .invite, response.isSuccess { hangUpLate(response, of: record, on: flow, at: now) }
      return
    }
    let request = record.request
    withCall(record.call, at: now) { call in
      switch record.purpose {
      case .invite: call.receiveInviteResponse(response, to: request, on: flow, at: now)
      case .reinvite: call.receiveReinviteResponse(response, to: request, at: now)
      case .bye: if response.isFinal { call.byeFinished() }
      case .refer: call.receiveReferResponse(response, to: request)
      case .notify(let referral): call.receiveNotifyResponse(response, about: referral)
      case .info: if response.status == 481 { call.loseDialog(status: 481, text: response.reason) }
      case .cancel, .disregarded: break
      }
    }
  }

  /// A 2xx to an INVITE of a call that is over: acknowledge it and hang up (RFC 3261 13.2.2.4).
  private mutating func hangUpLate(
    _ response: SIPResponse, of record: ClientRecord, on flow: Flow, at now: Instant
  ) {
    guard var dialog = Dialog(clientSide: record.request, response: response, flow: flow),
      let sequence = record.request.cSeq?.number
    else { return }
    perform(.acknowledge(dialog.makeAcknowledgement(sequence: sequence), dialog.destination), of: record.call, at: now)
    start(dialog.makeRequest(.bye), to: dialog.destination, for: record.call, .disregarded, at: now)
  }

  mutating func fail(_ id: ClientTransactionID, _ failure: RequestFailure, at now: Instant) {
    guard let record = clientRecords[id] else { return }
    failed(record.purpose, failure, of: record.request, call: record.call, at: now)
  }

  private mutating func failed(
    _ purpose: ClientPurpose, _ failure: RequestFailure, of request: SIPRequest, call handle: CallHandle,
    at now: Instant
  ) {
    withCall(handle, at: now) { call in
      switch purpose {
      case .invite: call.receiveInviteFailure(failure)
      case .reinvite: call.receiveReinviteFailure(failure)
      case .bye: call.byeFinished()
      case .refer: call.receiveReferFailure(failure, of: request)
      case .notify(let referral): call.forgetReferral(referral)
      case .info, .cancel, .disregarded: break
      }
    }
  }
}
