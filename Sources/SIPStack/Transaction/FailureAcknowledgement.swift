extension SIPRequest {
  /// The ACK for a failure response to this INVITE, which goes the INVITE's own way: RFC 3261 17.1.1.3.
  func acknowledgement(toFailure response: SIPResponse) -> SIPRequest {
    var request = hopByHop(.ack)
    if let to = response.headers.first(.to) { request.headers.set(.to, to) }
    return request
  }

  /// The CANCEL for this INVITE: RFC 3261 9.1.
  func cancellation(reason: String?) -> SIPRequest {
    var request = hopByHop(.cancel)
    if let reason { request.headers.append(.reason, reason) }
    return request
  }

  /// A request of `method` with the same Request-URI, top Via, Route, From, To, Call-ID and CSeq number.
  private func hopByHop(_ method: Method) -> SIPRequest {
    var request = SIPRequest(method: method, uri: uri)
    if let via = topVia { request.headers.append(.via, via.description) }
    for route in headers.all(.route) { request.headers.append(.route, route) }
    request.headers.append(.maxForwards, "70")
    for name in [HeaderName.from, .to, .callID] {
      if let value = headers.first(name) { request.headers.append(name, value) }
    }
    if let number = cSeq?.number { request.cSeq = CSeq(number: number, method: method) }
    return request
  }
}
