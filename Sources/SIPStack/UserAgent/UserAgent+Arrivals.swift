import Net

extension UserAgent {
  /// Methods of other RFCs: known, so that 405 is the answer and not 501.
  private static let known: Set<Method> = [.register, .refer, .subscribe, .prack, .message, .publish]

  /// Takes the bytes of a datagram.
  public mutating func receive(_ datagram: [UInt8], from flow: Flow, at now: Instant) -> [Output] {
    receive(SIPParser.parse(datagram: datagram), from: flow, at: now)
  }

  /// Takes what a datagram or a message of a stream was.
  public mutating func receive(_ outcome: ParseOutcome, from flow: Flow, at now: Instant) -> [Output] {
    arrivalFlow = flow
    defer { arrivalFlow = nil }
    switch outcome {
    case .message(.request(let request)):
      counts.requestsReceived += 1
      receive(request, on: flow, at: now)
    case .message(.response(let response)):
      counts.responsesReceived += 1
      if !transactions.receive(response, at: now) { counts.strayResponses += 1 }
    case .malformedRequest(let malformed):
      counts.malformedRequests += 1
      refuse(malformed, on: flow, at: now)
    case .unusable:
      counts.unusableMessages += 1
    case .keepAlive: break
    }
    settle(at: now)
    return takeOutputs()
  }

  private mutating func refuse(_ malformed: MalformedRequest, on flow: Flow, at now: Instant) {
    var malformed = malformed
    guard var via = malformed.topVia else { return }
    let destination = via.markSource(flow)
    malformed.topVia = via
    guard let response = malformed.response(toTag: tokens.tag()) else { return }
    if malformed.method == .invite { emit(.event(.callRefused(RefusedCall(malformed, from: flow.remote)))) }
    send(response.serialized(), to: destination, owner: nil, at: now)
  }

  private mutating func receive(_ request: SIPRequest, on flow: Flow, at now: Instant) {
    var request = request
    guard var via = request.topVia else { return }
    let destination = via.markSource(flow)
    request.topVia = via
    switch transactions.receive(request, answerTo: destination, at: now) {
    case .new(let id):
      if request.method == .cancel {
        receiveCancel(request, in: id, at: now)
      } else {
        receive(request, in: id, on: flow, at: now)
      }
    case .merged(let id): respond(482, to: request, in: id, at: now)  // Its first copy is dealt with.
    case .absorbed: break
    case .acknowledgement: receiveAcknowledgement(request, on: flow, at: now)
    case .overloaded:
      counts.requestsOverLimit += 1
      guard request.method != .ack else { return }
      if request.method == .invite { tellRefused(request, 503, "too many transactions are under way") }
      var response = request.response(503, toTag: tokens.tag())
      response.headers.append(retryAfter.0, retryAfter.1)
      send(response.serialized(), to: destination, owner: nil, at: now)
    case .unidentifiable:
      counts.unusableMessages += 1
    }
  }

  /// The checks of RFC 3261 8.2 in their order, then the way to the dialog or to what stands outside of dialogs.
  private mutating func receive(
    _ request: SIPRequest, in id: ServerTransactionID, on flow: Flow, at now: Instant
  ) {
    let isInDialog = request.toTag != nil
    guard capabilities.methods.contains(request.method) || request.method == .refer else {
      guard Self.known.contains(request.method) else { return respond(501, to: request, in: id, at: now) }
      return respond(405, to: request, in: id, at: now, headers: [(.allow, capabilities.allow)])
    }
    guard ["sip", "sips", "tel"].contains(request.uri.scheme) else {
      if request.method == .invite, !isInDialog { tellRefused(request, 416, "its URI is no SIP or tel URI") }
      return respond(416, to: request, in: id, at: now)
    }
    let required = request.headers.elements(.require).filter { option in
      request.method != .refer || !capabilities.referExtensions.contains { $0.equalsIgnoringCase(option) }
    }
    guard required.isEmpty else {
      if request.method == .invite, !isInDialog {
        tellRefused(request, 420, "it requires an extension that is not known")
      }
      return respond(420, to: request, in: id, at: now, headers: [(.unsupported, required.joined(separator: ", "))])
    }
    if isInDialog {
      guard let dialog = DialogID(incoming: request), let handle = dialogs[dialog] else {
        return respond(481, to: request, in: id, at: now)
      }
      if request.method == .invite { incomingInvites[id] = handle }
      withCall(handle, at: now) { $0.receive(request, in: id, on: flow, at: now) }
      return
    }
    switch request.method {
    case .invite: receiveInvite(request, in: id, on: flow, at: now)
    case .options: respond(200, to: request, in: id, at: now, headers: capabilities.headers)
    case .refer: respond(603, to: request, in: id, at: now)
    case .subscribe where request.referEvent != nil:
      // A subscription to this event begins with a REFER alone (RFC 3515 2.4.4).
      respond(403, to: request, in: id, at: now)
    case .subscribe: respond(489, to: request, in: id, at: now, headers: [(.allowEvents, "refer")])
    default: respond(481, to: request, in: id, at: now)
    }
  }

  private mutating func receiveCancel(_ cancel: SIPRequest, in id: ServerTransactionID, at now: Instant) {
    guard let invite = transactions.invite(cancelledBy: cancel) else {
      return respond(481, to: cancel, in: id, at: now)
    }
    let handle = incomingInvites[invite]
    // The tag is that of the INVITE's response (RFC 3261 9.2).
    let tag = handle.flatMap { calls[$0]?.dialog?.id.localTag }
    transactions.respond(decorated(cancel.response(200, toTag: tag ?? tokens.tag())), in: id, at: now)
    guard transactions.isProceeding(invite), let handle else { return }
    withCall(handle, at: now) { $0.receiveCancel(cancel) }
  }

  private mutating func receiveAcknowledgement(_ request: SIPRequest, on flow: Flow, at now: Instant) {
    guard let dialog = DialogID(incoming: request), let handle = dialogs[dialog] else {
      counts.strayAcknowledgements += 1
      return
    }
    withCall(handle, at: now) { $0.receiveAcknowledgement(request) }
  }

  /// A new call: policy, limits, body (RFC 3261 8.2 and 13.3.1).
  private mutating func receiveInvite(
    _ request: SIPRequest, in id: ServerTransactionID, on flow: Flow, at now: Instant
  ) {
    let admission: Admission
    let salt = Array(tokens.tag().utf8)
    switch authentication.admit(request, from: flow.remote.address, salt: salt, at: now) {
    case .accepted(let how): admission = how
    case .challenge(let headers, let isAnswered):
      counts.callsNotAdmitted += 1
      // The first challenge is the way to be let in.
      if isAnswered { tellRefused(request, 401, "the user is not known, or the password is wrong") }
      return respond(401, to: request, in: id, at: now, headers: headers)
    case .refused:
      counts.callsNotAdmitted += 1
      tellRefused(request, 403, "no trunk or user calls from this address")
      return respond(403, to: request, in: id, at: now)
    }
    guard !isDraining, calls.count < configuration.maximumCalls else {
      counts.callsOverLimit += 1
      tellRefused(request, 503, isDraining ? "no more calls are taken" : "as many calls are up as may be")
      return respond(503, to: request, in: id, at: now, headers: [retryAfter])
    }
    let body = SessionBody(request)
    switch body {
    case .unsupported:
      tellRefused(request, 415, "its body is no session description")
      return respond(415, to: request, in: id, at: now, headers: [(.accept, "application/sdp")])
    case .malformed:
      tellRefused(request, 488, "its session description is malformed")
      return respond(
        488, to: request, in: id, at: now, headers: [(.warning, "399 assist \"Malformed session description\"")])
    case .absent, .description: break
    }
    let accept = request.headers.elements(.accept)
    guard accept.isEmpty || accept.contains(where: { MediaType($0)?.accepts(.sdp) ?? false }) else {
      tellRefused(request, 406, "it accepts no session description")
      return respond(406, to: request, in: id, at: now, headers: [(.accept, "application/sdp")])
    }
    let localTag = tokens.tag()
    guard let contact = contact(for: flow.transport, towards: flow.remote.address),
      let dialog = Dialog(serverSide: request, localTag: localTag, flow: flow)
    else {
      tellRefused(request, 400, "no dialog can be made of it")
      return respond(400, to: request, in: id, at: now)
    }
    lastHandle &+= 1
    let handle = CallHandle(value: lastHandle)
    let invite = IncomingInvite(
      request: request, transaction: id, hasOffer: body.description != nil,
      giveUpAt: now + configuration.answerTimeout)
    calls[handle] = CallSession(
      handle: handle, direction: .incoming, phase: .ringing(invite), dialog: dialog, contact: contact,
      timers: configuration.timers, referTimeout: configuration.referTimeout, capabilities: capabilities,
      tokens: TokenGenerator(seed: (tokens.next(), tokens.next())))
    incomingInvites[id] = handle
    addDialog(dialog.id, to: handle)
    counts.callsOffered += 1
    transactions.respond(request.response(100), in: id, at: now)
    settle(at: now)
    emit(
      .event(
        .incomingCall(
          IncomingCall(
            handle: handle, request: request, offer: body.description, source: flow, admission: admission))))
    withCall(handle, at: now) { _ in }
  }

  /// Tells of a call that is refused while its INVITE is being taken.
  private mutating func tellRefused(_ request: SIPRequest, _ status: Int, _ why: String) {
    guard let peer = arrivalFlow?.remote else { return }
    emit(.event(.callRefused(RefusedCall(request, from: peer, status: status, why: why))))
  }

  /// What a 503 asks for.
  var retryAfter: (HeaderName, String) { (.retryAfter, String(configuration.retryAfter.components.seconds)) }

  /// Answers outside of a call.
  mutating func respond(
    _ status: Int, to request: SIPRequest, in id: ServerTransactionID, at now: Instant,
    headers: [(HeaderName, String)] = []
  ) {
    var response = request.response(status, toTag: tokens.tag())
    for (name, value) in headers { response.headers.append(name, value) }
    transactions.respond(decorated(response), in: id, at: now)
  }

  func decorated(_ response: SIPResponse) -> SIPResponse {
    guard let product = configuration.product, response.status > 100 else { return response }
    var response = response
    response.headers.append(.server, product)
    return response
  }
}

extension Via {
  /// Notes where the request really came from (RFC 3261 18.2.1, RFC 3581 4) and returns where the response goes.
  ///
  /// `maddr` is not followed: it would let anyone send our responses anywhere.
  mutating func markSource(_ flow: Flow) -> Destination {
    if hasRport {
      rport = flow.remote.port
      received = flow.remote.address.description
    } else if Host(host) != .address(flow.remote.address) {
      received = flow.remote.address.description
    }
    guard flow.transport == .udp else { return .flow(flow) }
    var target = flow
    if !hasRport { target.remote.port = port ?? flow.transport.defaultPort }
    return .flow(target)
  }
}
