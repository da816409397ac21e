/// A `sip:` or `sips:` URI (RFC 3261 section 19.1).
///
/// `==` compares the parts as written; `isEquivalent(to:)` follows section 19.1.4.
public struct SIPURI: Hashable, Sendable, CustomStringConvertible {
  /// Whether the scheme is `sips`.
  public var isSecure: Bool
  /// The user part as on the wire, with its escapes; nil when there is no `@`. See `userText`.
  public var user: String?
  /// The password as on the wire.
  public var password: String?
  /// A name or an address; IPv6 stands here without its brackets.
  public var host: String
  /// The port, when it is written.
  public var port: UInt16?
  /// The URI parameters with their escapes.
  public var parameters: Parameters
  /// What follows `?`, with its escapes. See `header(_:)`.
  public var headers: Parameters

  /// A URI from its parts. What may not stand in a part is escaped when it is written.
  public init(
    isSecure: Bool = false, user: String? = nil, password: String? = nil, host: String, port: UInt16? = nil,
    parameters: Parameters = [:], headers: Parameters = [:]
  ) {
    self.isSecure = isSecure
    self.user = user
    self.password = password
    self.host = host
    self.port = port
    self.parameters = parameters
    self.headers = headers
  }

  /// Reads a URI; nil when it is not a well-formed `sip:` or `sips:` URI.
  public init?(_ text: String) {
    do throws(ParseError) { try self.init(parsing: text) } catch { return nil }
  }

  /// Reads a URI, telling what is wrong.
  public init(parsing text: String) throws(ParseError) {
    guard case .sip(let uri) = try URI(parsing: text) else { throw ParseError(.syntax, in: "URI") }
    self = uri
  }

  /// The user part without escapes.
  public var userText: String? { user?.percentDecoded }

  /// Whether the `lr` parameter is there, as a whole name (RFC 3261 section 16.12).
  public var isLooseRouter: Bool { parameters.contains("lr") }

  /// The `transport` parameter in lower case.
  public var transport: String? { parameters["transport"]?.lowercasedASCII }

  /// The unescaped value of a header in the URI (`?Replaces=...`).
  public func header(_ name: String) -> String? {
    headers.first { $0.name.percentDecoded.equalsIgnoringCase(name) }?.value?.percentDecoded
  }

  /// Adds a header field to the URI, for the request that is made from it (RFC 3261 19.1.1); all of `text` is meant as
  /// it stands.
  public mutating func addHeader(_ name: String, _ text: String) {
    // What looks like an escape is left alone when the URI is written, so that of a literal `%` none may be left.
    headers.append(name, text.singleLine.replacing("%", with: "%25"))
  }

  /// The URI as text.
  public var description: String {
    var text = isSecure ? "sips:" : "sip:"
    if let user {
      text += user.percentEscaped(\.isUserCharacter)
      if let password { text += ":" + password.percentEscaped(\.isPasswordCharacter) }
      text += "@"
    }
    text += hostText(host)
    if let port { text += ":\(port)" }
    text += parameters.uriText
    var separator = "?"
    for header in headers {
      text += separator + header.name.percentEscaped(\.isURIHeaderCharacter)
      text += "=" + (header.value ?? "").percentEscaped(\.isURIHeaderCharacter)
      separator = "&"
    }
    return text
  }

  /// Whether both name the same resource (RFC 3261 section 19.1.4).
  public func isEquivalent(to other: SIPURI) -> Bool {
    guard isSecure == other.isSecure, user.map(Self.normalized) == other.user.map(Self.normalized),
      password.map(Self.normalized) == other.password.map(Self.normalized),
      isSameHost(host, other.host), port == other.port
    else { return false }
    // These four make a difference even when only one side has them.
    for name in ["user", "ttl", "method", "maddr", "transport"]
    where parameters.contains(name) != other.parameters.contains(name) {
      return false
    }
    for parameter in parameters where other.parameters.contains(parameter.name) {
      let mine = parameters[parameter.name].map(Self.normalized) ?? ""
      let theirs = other.parameters[parameter.name].map(Self.normalized) ?? ""
      guard mine.equalsIgnoringCase(theirs) else { return false }
    }
    return headers.count == other.headers.count
      && headers.allSatisfy { other.hasHeader($0) } && other.headers.allSatisfy { hasHeader($0) }
  }

  /// Whether the URI has this header; a name may be there more than once.
  private func hasHeader(_ header: Parameters.Element) -> Bool {
    headers.contains {
      $0.name.percentDecoded.equalsIgnoringCase(header.name.percentDecoded)
        && $0.value?.percentDecoded == header.value?.percentDecoded
    }
  }

  /// Escapes of characters that need none are undone; others keep theirs, in upper case.
  private static func normalized(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var result: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "%"), let high = bytes.first?.hexValue, let low = bytes.dropFirst().first?.hexValue
      else {
        result.append(byte)
        continue
      }
      bytes = bytes.dropFirst(2)
      let value = high << 4 | low
      if value.isUnreserved {
        result.append(value)
      } else {
        result.append(0x25)
        result += [high, low].map { $0 < 10 ? 0x30 + $0 : 0x41 + $0 - 10 }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

extension SIPURI {
  /// Reads what follows `sip:`.
  init(afterScheme cursor: inout ByteCursor, isSecure: Bool) throws(ParseError) {
    let failure = ParseError(.syntax, in: "URI")
    let start = cursor.position
    var user: String?
    var password: String?
    let beforeAt = cursor.take { $0 != UInt8(ascii: "@") }
    if cursor.skip(UInt8(ascii: "@")) {
      var userInfo = ByteCursor(beforeAt)
      let name = userInfo.take { $0 != UInt8(ascii: ":") }
      guard Self.isEscaped(name, \.isUserCharacter), !name.isEmpty else { throw failure }
      user = name
      if userInfo.skip(UInt8(ascii: ":")) {
        let secret = userInfo.takeRest()
        guard Self.isEscaped(secret, \.isPasswordCharacter) else { throw failure }
        password = secret
      }
    } else {
      cursor.rewind(to: start)
    }
    guard let host = cursor.takeHost() else { throw failure }
    var port: UInt16?
    if cursor.skip(UInt8(ascii: ":")) {
      guard let number = cursor.takeDecimal(maximum: 65_535), number > 0 else { throw failure }
      port = UInt16(number)
    }
    var parameters = Parameters()
    while cursor.skip(UInt8(ascii: ";")) {
      let name = cursor.take { $0.isURIParameterCharacter || $0 == UInt8(ascii: "%") }
      guard !name.isEmpty, Self.isEscaped(name, \.isURIParameterCharacter) else { throw failure }
      guard cursor.skip(UInt8(ascii: "=")) else {
        parameters.append(name)
        continue
      }
      let value = cursor.take { $0.isURIParameterCharacter || $0 == UInt8(ascii: "%") }
      guard Self.isEscaped(value, \.isURIParameterCharacter) else { throw failure }
      parameters.append(name, value)
    }
    var headers = Parameters()
    if cursor.skip(UInt8(ascii: "?")) {
      repeat {
        let name = cursor.take { $0.isURIHeaderCharacter || $0 == UInt8(ascii: "%") }
        guard !name.isEmpty, Self.isEscaped(name, \.isURIHeaderCharacter), cursor.skip(UInt8(ascii: "=")) else {
          throw failure
        }
        // `=`, `@`, `;` and `,` should be escaped in a value; they are unmistakable up to the next `&`.
        let value = cursor.take { $0 != UInt8(ascii: "&") && $0.isVisible && $0 != 0x3C && $0 != 0x3E && $0 != 0x22 }
        guard Self.isEscaped(value, { _ in true }) else { throw failure }
        headers.append(name, value)
      } while cursor.skip(UInt8(ascii: "&"))
    }
    guard cursor.isAtEnd else { throw failure }
    self.init(
      isSecure: isSecure, user: user, password: password, host: host, port: port, parameters: parameters,
      headers: headers)
  }

  /// Whether every `%` begins an escape and all else is allowed.
  private static func isEscaped(_ text: String, _ isAllowed: (UInt8) -> Bool) -> Bool {
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard bytes.first?.hexValue != nil, bytes.dropFirst().first?.hexValue != nil else { return false }
        bytes = bytes.dropFirst(2)
      } else if !isAllowed(byte) {
        return false
      }
    }
    return true
  }
}
