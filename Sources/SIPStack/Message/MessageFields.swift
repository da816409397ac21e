/// What requests and responses have in common: fields, a body, and typed access to the fields.
///
/// Of a message that came out of `SIPParser` the mandatory fields are known to be well formed, so nil then means
/// absent. Of a message put together by hand nil may also mean that the text cannot be read.
public protocol MessageFields {
  /// The header fields in order.
  var headers: Headers { get set }
  /// The body as bytes.
  var body: [UInt8] { get set }
}

extension MessageFields {
  /// The hops, the latest first.
  public var vias: [Via] {
    get { list(.via) { text throws(ParseError) in try Via.parseList(text) } }
    set { headers.replace(.via, newValue.map(\.description)) }
  }

  /// The latest hop. Setting replaces that hop alone and leaves the others as they came; setting nil removes it.
  public var topVia: Via? {
    get { headers.first(.via).flatMap { splitList($0)?.first }.flatMap { Via($0) } }
    set {
      var lines = headers.all(.via)
      var hops = lines.isEmpty ? [] : splitList(lines.removeFirst()) ?? []
      if !hops.isEmpty { hops.removeFirst() }
      if let newValue { hops.insert(newValue.description, at: 0) }
      if !hops.isEmpty { lines.insert(hops.joined(separator: ", "), at: 0) }
      headers.replace(.via, lines)
    }
  }

  /// The From field.
  public var from: NameAddress? {
    get { headers.first(.from).flatMap { NameAddress($0) } }
    set { put(.from, newValue?.description) }
  }

  /// The To field.
  public var to: NameAddress? {
    get { headers.first(.to).flatMap { NameAddress($0) } }
    set { put(.to, newValue?.description) }
  }

  /// The tag of From.
  public var fromTag: String? { from?.tag }

  /// The tag of To.
  public var toTag: String? { to?.tag }

  /// Gives To this tag; the rest of the field stays as it is.
  public mutating func setToTag(_ tag: String) {
    guard var address = to, address.tag != tag else { return }
    if address.tag == nil, let text = headers.first(.to), tag.isToken {
      headers.set(.to, text + ";tag=" + tag)
    } else {
      address.tag = tag
      to = address
    }
  }

  /// The Call-ID.
  public var callID: String? {
    get { headers.first(.callID) }
    set { put(.callID, newValue) }
  }

  /// The CSeq.
  public var cSeq: CSeq? {
    get { headers.first(.cSeq).flatMap { CSeq($0) } }
    set { put(.cSeq, newValue?.description) }
  }

  /// The contacts; none for `*`, see `hasWildcardContact`.
  public var contacts: [NameAddress] {
    get { addresses(.contact) }
    set { put(.contact, newValue) }
  }

  /// Whether Contact is `*` (REGISTER that removes all bindings).
  public var hasWildcardContact: Bool { headers.all(.contact).contains { $0.trimmedLinearSpace == "*" } }

  /// The route, the next hop first.
  public var routes: [NameAddress] {
    get { addresses(.route) }
    set { put(.route, newValue) }
  }

  /// The recorded route, the latest hop first.
  public var recordRoutes: [NameAddress] {
    get { addresses(.recordRoute) }
    set { put(.recordRoute, newValue) }
  }

  /// Max-Forwards, 0 to 255; nil when absent or above, which RFC 4475 section 3.1.2.4 lets one treat as absent.
  public var maxForwards: Int? {
    get { headers.first(.maxForwards).flatMap { decimal($0.trimmedLinearSpace, maximum: 255) }.map { Int($0) } }
    set { put(.maxForwards, newValue.map(String.init)) }
  }

  /// Expires in seconds; nil when absent or beyond 32 bits.
  public var expires: UInt32? {
    get {
      headers.first(.expires).flatMap { decimal($0.trimmedLinearSpace, maximum: 0xFFFF_FFFF) }.map { UInt32($0) }
    }
    set { put(.expires, newValue.map(String.init)) }
  }

  /// The type of the body.
  public var contentType: MediaType? {
    get { headers.first(.contentType).flatMap { MediaType($0) } }
    set { put(.contentType, newValue?.description) }
  }

  /// The Refer-To address.
  public var referTo: NameAddress? {
    get { headers.first(.referTo).flatMap { NameAddress($0) } }
    set { put(.referTo, newValue?.description) }
  }

  /// The addresses of any field that lists them (P-Asserted-Identity, Path, Diversion); none when one is malformed.
  public func addresses(_ name: HeaderName) -> [NameAddress] {
    list(name) { text throws(ParseError) in try NameAddress.parseList(text, in: name.name) }
  }

  private func list<Element>(
    _ name: HeaderName, _ parse: (String) throws(ParseError) -> [Element]
  ) -> [Element] {
    var result: [Element] = []
    for value in headers.all(name) {
      do throws(ParseError) { result += try parse(value) } catch { return [] }
    }
    return result
  }

  private mutating func put(_ name: HeaderName, _ value: String?) {
    if let value { headers.set(name, value) } else { headers.remove(name) }
  }

  private mutating func put(_ name: HeaderName, _ addresses: [NameAddress]) {
    headers.replace(name, addresses.map(\.description))
  }

  /// The start line, the fields with a right Content-Length, and the body.
  func serialized(startLine: String) -> [UInt8] {
    var bytes = Array(startLine.singleLine.utf8)
    bytes += [0x0D, 0x0A]
    for field in headers where field.name != .contentLength {
      bytes += field.name.name.singleLine.utf8
      bytes += [0x3A, 0x20]
      bytes += field.value.singleLine.utf8
      bytes += [0x0D, 0x0A]
    }
    bytes += "Content-Length: \(body.count)\r\n\r\n".utf8
    bytes += body
    return bytes
  }
}
