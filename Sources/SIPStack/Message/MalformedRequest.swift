/// A request that cannot be processed, with what is needed to refuse it.
public struct MalformedRequest: Error, Sendable, Equatable {
  /// What is wrong and where.
  public var error: ParseError
  /// The method of the request line.
  public var method: Method
  /// The fields that could be told apart, not validated.
  public var headers: Headers

  /// A request to be refused.
  public init(error: ParseError, method: Method, headers: Headers) {
    self.error = error
    self.method = method
    self.headers = headers
  }

  /// The status to answer: 505 for another version, 413 or 513 for a body or a message beyond the limits, else 400.
  public var status: Int {
    switch error.problem {
    case .version: 505
    case .tooLong: error.field == "Content-Length" ? 413 : 513
    case .tooManyFields, .lineTooLong: 513
    default: 400
    }
  }

  /// A phrase that says what is wrong: "Bad Request - CSeq: out of range".
  public var reason: String {
    status == 400 ? "\(SIPResponse.reasonPhrase(400)) - \(error)" : SIPResponse.reasonPhrase(status)
  }

  /// What is wrong, as the text of a Warning with code 399.
  public var warningText: String { "Malformed \(error)" }

  /// The hop to answer to, read as far as it can be.
  public var topVia: Via? {
    get {
      guard let value = headers.first(.via) else { return nil }
      return splitList(value)?.first.flatMap { Via($0) } ?? Via(sentByOf: value)
    }
    set {
      guard let newValue, let value = headers.first(.via) else { return }
      let others = Via(value) == nil ? splitList(value).map { $0.dropFirst().filter { Via($0) != nil } } ?? [] : []
      headers.replaceFirst(.via, ([newValue.description] + others).joined(separator: ", "))
    }
  }

  /// The refusal, or nil when there is no hop to send it to or the request is an ACK, which is never answered.
  ///
  /// From, To, Call-ID and CSeq are copied as far as they are there (RFC 4475 section 3.3.1).
  /// - Parameter toTag: given to To when it can be read and has none.
  public func response(toTag: String? = nil) -> SIPResponse? {
    guard method != .ack, topVia != nil else { return nil }
    var response = SIPResponse(status: status, reason: reason)
    var seen: Set<HeaderName> = []
    for field in headers {
      switch field.name {
      case .via:
        response.headers.append(field.name, field.value)
      case .from, .to, .callID, .cSeq:
        if seen.insert(field.name).inserted { response.headers.append(field.name, field.value) }
      default: break
      }
    }
    if let toTag, response.to != nil, response.toTag == nil { response.setToTag(toTag) }
    return response
  }
}
