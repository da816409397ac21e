/// A request or a response.
public enum SIPMessage: Sendable, Equatable {
  /// A request.
  case request(SIPRequest)
  /// A response.
  case response(SIPResponse)

  /// The message as it goes on the wire.
  public func serialized() -> [UInt8] {
    switch self {
    case .request(let request): request.serialized()
    case .response(let response): response.serialized()
    }
  }

  /// The header fields.
  public var headers: Headers {
    switch self {
    case .request(let request): request.headers
    case .response(let response): response.headers
    }
  }
}

/// A SIP request (RFC 3261 section 7.1).
public struct SIPRequest: MessageFields, Sendable, Equatable {
  /// The method.
  public var method: Method
  /// The Request-URI.
  public var uri: URI
  /// The header fields in order.
  public var headers: Headers
  /// The body as bytes.
  public var body: [UInt8]

  /// A request from its parts.
  public init(method: Method, uri: URI, headers: Headers = Headers(), body: [UInt8] = []) {
    self.method = method
    self.uri = uri
    self.headers = headers
    self.body = body
  }

  /// The request as it goes on the wire, with long field names and a right Content-Length at the end of the head.
  public func serialized() -> [UInt8] { serialized(startLine: "\(method.rawValue) \(uri) SIP/2.0") }

  /// A response to this request with Via, From, To, Call-ID and CSeq copied (RFC 3261 section 8.2.6.2).
  /// - Parameters:
  ///   - reason: the phrase; the registered one when nil.
  ///   - toTag: given to To when it has none.
  public func response(_ status: Int, reason: String? = nil, toTag: String? = nil) -> SIPResponse {
    var response = SIPResponse(status: status, reason: reason)
    for field in headers {
      switch field.name {
      case .via, .from, .to, .callID, .cSeq: response.headers.append(field.name, field.value)
      default: break
      }
    }
    if let toTag, response.toTag == nil { response.setToTag(toTag) }
    return response
  }
}

/// A SIP response (RFC 3261 section 7.2).
public struct SIPResponse: MessageFields, Sendable, Equatable {
  /// 100 to 699.
  public var status: Int
  /// The phrase, possibly empty.
  public var reason: String
  /// The header fields in order.
  public var headers: Headers
  /// The body as bytes.
  public var body: [UInt8]

  /// A response from its parts; the registered phrase when `reason` is nil.
  public init(status: Int, reason: String? = nil, headers: Headers = Headers(), body: [UInt8] = []) {
    self.status = status
    self.reason = reason ?? Self.reasonPhrase(status)
    self.headers = headers
    self.body = body
  }

  /// Whether the status is below 200.
  public var isProvisional: Bool { status < 200 }
  /// Whether the status is 2xx.
  public var isSuccess: Bool { (200..<300).contains(status) }
  /// Whether the status is 200 or above.
  public var isFinal: Bool { status >= 200 }

  /// The response as it goes on the wire, with long field names and a right Content-Length at the end of the head.
  public func serialized() -> [UInt8] { serialized(startLine: "SIP/2.0 \(status) \(reason)") }
}
