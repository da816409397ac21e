/// A URI in a request line or an address field: SIP, or any other scheme kept as it is.
public enum URI: Hashable, Sendable, CustomStringConvertible {
  /// `sip:` or `sips:`.
  case sip(SIPURI)
  /// Any other scheme; `scheme` in lower case, `rest` is what follows the colon.
  case other(scheme: String, rest: String)

  /// Reads a URI; nil when it is malformed.
  public init?(_ text: String) {
    do throws(ParseError) { try self.init(parsing: text) } catch { return nil }
  }

  /// Reads a URI, telling what is wrong. No space, bracket or quote may stand in it.
  public init(parsing text: String) throws(ParseError) {
    var cursor = ByteCursor(text)
    let scheme = cursor.take { $0.isAlphanumeric || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }.lowercasedASCII
    guard scheme.utf8.first?.isAlpha == true, cursor.skip(UInt8(ascii: ":")) else {
      throw ParseError(.syntax, in: "URI")
    }
    switch scheme {
    case "sip", "sips":
      self = .sip(try SIPURI(afterScheme: &cursor, isSecure: scheme == "sips"))
    default:
      let rest = cursor.take(while: Self.isOpaqueByte)
      guard cursor.isAtEnd, !rest.isEmpty else { throw ParseError(.syntax, in: "URI") }
      self = .other(scheme: scheme, rest: rest)
    }
  }

  private static func isOpaqueByte(_ byte: UInt8) -> Bool {
    byte.isVisible && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\"")
  }

  /// The SIP URI, if it is one.
  public var sip: SIPURI? {
    guard case .sip(let uri) = self else { return nil }
    return uri
  }

  /// The scheme in lower case.
  public var scheme: String {
    switch self {
    case .sip(let uri): uri.isSecure ? "sips" : "sip"
    case .other(let scheme, _): scheme
    }
  }

  /// The number of a `tel:` URI without its visual separators (RFC 3966 section 5), or of a `sip:` URI with
  /// `user=phone`; nil for all else.
  public var telephoneNumber: String? {
    let subscriber: String
    switch self {
    case .sip(let uri):
      guard uri.parameters["user"]?.equalsIgnoringCase("phone") == true, let user = uri.userText else { return nil }
      subscriber = user
    case .other("tel", let rest): subscriber = rest.percentDecoded
    case .other: return nil
    }
    let number = subscriber.utf8.prefix { $0 != UInt8(ascii: ";") }.filter { !"-.()".utf8.contains($0) }
    guard !number.isEmpty, number.allSatisfy({ $0.hexValue != nil || "+*#".utf8.contains($0) }) else { return nil }
    return String(decoding: number, as: UTF8.self)
  }

  /// The URI as text.
  public var description: String {
    switch self {
    case .sip(let uri): uri.description
    case .other(let scheme, let rest): scheme + ":" + rest.percentEscaped(Self.isOpaqueByte)
    }
  }

  /// Whether both name the same resource: RFC 3261 section 19.1.4 for SIP, the same text for all else.
  public func isEquivalent(to other: URI) -> Bool {
    switch (self, other) {
    case (.sip(let left), .sip(let right)): left.isEquivalent(to: right)
    default: self == other
    }
  }
}
