/// The name of a header field: compared without case, compact forms known as their long ones (RFC 3261 section 7.3.3).
public struct HeaderName: Hashable, Sendable, CustomStringConvertible {
  /// The registered spelling; of an unknown name the spelling it came with.
  public let name: String
  private let key: String

  /// A name in any case, long or compact. Nothing is checked: see `isValid`.
  public init(_ text: String) {
    let key = text.lowercasedASCII
    if let known = Self.registered[key] {
      self = known
    } else {
      self.init(name: text, key: key)
    }
  }

  private init(name: String, key: String) {
    self.name = name
    self.key = key
  }

  private init(registered name: String) { self.init(name: name, key: name.lowercasedASCII) }

  /// The long name.
  public var description: String { name }

  /// Whether the name is a token.
  public var isValid: Bool { name.isToken }

  /// Names are equal without regard to case.
  public static func == (left: HeaderName, right: HeaderName) -> Bool { left.key == right.key }

  /// Agrees with `==`.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  private static let registered: [String: HeaderName] = {
    var table: [String: HeaderName] = [:]
    for name in all { table[name.key] = name }
    for (letter, name) in compactForms { table[letter] = name }
    return table
  }()

  private static let compactForms: [(String, HeaderName)] = [
    ("a", .acceptContact), ("b", .referredBy), ("c", .contentType), ("d", .requestDisposition),
    ("e", .contentEncoding), ("f", .from), ("i", .callID), ("j", .rejectContact), ("k", .supported),
    ("l", .contentLength), ("m", .contact), ("n", .identityInfo), ("o", .event), ("r", .referTo), ("s", .subject),
    ("t", .to), ("u", .allowEvents), ("v", .via), ("x", .sessionExpires), ("y", .identity),
  ]

  private static let all: [HeaderName] = [
    .via, .from, .to, .callID, .cSeq, .contact, .route, .recordRoute, .maxForwards, .contentType, .contentLength,
    .contentDisposition, .contentEncoding, .contentID, .mimeVersion, .allow, .allowEvents, .supported, .require,
    .proxyRequire, .unsupported, .accept, .acceptEncoding, .acceptLanguage, .alertInfo, .callInfo, .date,
    .organization, .priority, .subject, .timestamp, .referTo, .referredBy, .referSub, .event, .subscriptionState,
    .expires, .minExpires, .retryAfter, .warning, .reason, .userAgent, .server, .authorization, .wwwAuthenticate,
    .proxyAuthorization, .proxyAuthenticate, .authenticationInfo, .replaces, .sessionExpires, .minSE, .rAck, .rSeq,
    .path, .serviceRoute, .privacy, .pAssertedIdentity, .pPreferredIdentity, .diversion, .historyInfo, .identity,
    .identityInfo, .acceptContact, .rejectContact, .requestDisposition, .errorInfo, .inReplyTo, .replyTo,
  ]
}

extension HeaderName {
  /// `Via`.
  public static let via = HeaderName(registered: "Via")
  /// `From`.
  public static let from = HeaderName(registered: "From")
  /// `To`.
  public static let to = HeaderName(registered: "To")
  /// `Call-ID`.
  public static let callID = HeaderName(registered: "Call-ID")
  /// `CSeq`.
  public static let cSeq = HeaderName(registered: "CSeq")
  /// `Contact`.
  public static let contact = HeaderName(registered: "Contact")
  /// `Route`.
  public static let route = HeaderName(registered: "Route")
  /// `Record-Route`.
  public static let recordRoute = HeaderName(registered: "Record-Route")
  /// `Max-Forwards`.
  public static let maxForwards = HeaderName(registered: "Max-Forwards")
  /// `Content-Type`.
  public static let contentType = HeaderName(registered: "Content-Type")
  /// `Content-Length`.
  public static let contentLength = HeaderName(registered: "Content-Length")
  /// `Content-Disposition`.
  public static let contentDisposition = HeaderName(registered: "Content-Disposition")
  /// `Content-Encoding`.
  public static let contentEncoding = HeaderName(registered: "Content-Encoding")
  /// `Content-ID`.
  public static let contentID = HeaderName(registered: "Content-ID")
  /// `MIME-Version`.
  public static let mimeVersion = HeaderName(registered: "MIME-Version")
  /// `Allow`.
  public static let allow = HeaderName(registered: "Allow")
  /// `Allow-Events`.
  public static let allowEvents = HeaderName(registered: "Allow-Events")
  /// `Supported`.
  public static let supported = HeaderName(registered: "Supported")
  /// `Require`.
  public static let require = HeaderName(registered: "Require")
  /// `Proxy-Require`.
  public static let proxyRequire = HeaderName(registered: "Proxy-Require")
  /// `Unsupported`.
  public static let unsupported = HeaderName(registered: "Unsupported")
  /// `Accept`.
  public static let accept = HeaderName(registered: "Accept")
  /// `Accept-Encoding`.
  public static let acceptEncoding = HeaderName(registered: "Accept-Encoding")
  /// `Accept-Language`.
  public static let acceptLanguage = HeaderName(registered: "Accept-Language")
  /// `Alert-Info`.
  public static let alertInfo = HeaderName(registered: "Alert-Info")
  /// `Call-Info`.
  public static let callInfo = HeaderName(registered: "Call-Info")
  /// `Date`.
  public static let date = HeaderName(registered: "Date")
  /// `Organization`.
  public static let organization = HeaderName(registered: "Organization")
  /// `Priority`.
  public static let priority = HeaderName(registered: "Priority")
  /// `Subject`.
  public static let subject = HeaderName(registered: "Subject")
  /// `Timestamp`.
  public static let timestamp = HeaderName(registered: "Timestamp")
  /// `Refer-To`.
  public static let referTo = HeaderName(registered: "Refer-To")
  /// `Referred-By`.
  public static let referredBy = HeaderName(registered: "Referred-By")
  /// `Refer-Sub`.
  public static let referSub = HeaderName(registered: "Refer-Sub")
  /// `Event`.
  public static let event = HeaderName(registered: "Event")
  /// `Subscription-State`.
  public static let subscriptionState = HeaderName(registered: "Subscription-State")
  /// `Expires`.
  public static let expires = HeaderName(registered: "Expires")
  /// `Min-Expires`.
  public static let minExpires = HeaderName(registered: "Min-Expires")
  /// `Retry-After`.
  public static let retryAfter = HeaderName(registered: "Retry-After")
  /// `Warning`.
  public static let warning = HeaderName(registered: "Warning")
  /// `Reason`.
  public static let reason = HeaderName(registered: "Reason")
  /// `User-Agent`.
  public static let userAgent = HeaderName(registered: "User-Agent")
  /// `Server`.
  public static let server = HeaderName(registered: "Server")
  /// `Authorization`.
  public static let authorization = HeaderName(registered: "Authorization")
  /// `WWW-Authenticate`.
  public static let wwwAuthenticate = HeaderName(registered: "WWW-Authenticate")
  /// `Proxy-Authorization`.
  public static let proxyAuthorization = HeaderName(registered: "Proxy-Authorization")
  /// `Proxy-Authenticate`.
  public static let proxyAuthenticate = HeaderName(registered: "Proxy-Authenticate")
  /// `Authentication-Info`.
  public static let authenticationInfo = HeaderName(registered: "Authentication-Info")
  /// `Replaces`.
  public static let replaces = HeaderName(registered: "Replaces")
  /// `Session-Expires`.
  public static let sessionExpires = HeaderName(registered: "Session-Expires")
  /// `Min-SE`.
  public static let minSE = HeaderName(registered: "Min-SE")
  /// `RAck`.
  public static let rAck = HeaderName(registered: "RAck")
  /// `RSeq`.
  public static let rSeq = HeaderName(registered: "RSeq")
  /// `Path`.
  public static let path = HeaderName(registered: "Path")
  /// `Service-Route`.
  public static let serviceRoute = HeaderName(registered: "Service-Route")
  /// `Privacy`.
  public static let privacy = HeaderName(registered: "Privacy")
  /// `P-Asserted-Identity`.
  public static let pAssertedIdentity = HeaderName(registered: "P-Asserted-Identity")
  /// `P-Preferred-Identity`.
  public static let pPreferredIdentity = HeaderName(registered: "P-Preferred-Identity")
  /// `Diversion`.
  public static let diversion = HeaderName(registered: "Diversion")
  /// `History-Info`.
  public static let historyInfo = HeaderName(registered: "History-Info")
  /// `Identity`.
  public static let identity = HeaderName(registered: "Identity")
  /// `Identity-Info`.
  public static let identityInfo = HeaderName(registered: "Identity-Info")
  /// `Accept-Contact`.
  public static let acceptContact = HeaderName(registered: "Accept-Contact")
  /// `Reject-Contact`.
  public static let rejectContact = HeaderName(registered: "Reject-Contact")
  /// `Request-Disposition`.
  public static let requestDisposition = HeaderName(registered: "Request-Disposition")
  /// `Error-Info`.
  public static let errorInfo = HeaderName(registered: "Error-Info")
  /// `In-Reply-To`.
  public static let inReplyTo = HeaderName(registered: "In-Reply-To")
  /// `Reply-To`.
  public static let replyTo = HeaderName(registered: "Reply-To")
}
