/// One hop of a request's way (RFC 3261 section 20.42, RFC 3581).
public struct Via: Hashable, Sendable, CustomStringConvertible {
  /// The transport as it came: `UDP`, `TCP`, `TLS`, or a token nobody knows.
  public var transport: String
  /// Where the sender wants the response; IPv6 stands here without its brackets.
  public var host: String
  /// The port of sent-by, when it is written.
  public var port: UInt16?
  /// branch, received, rport and others.
  public var parameters: Parameters

  /// A hop from its parts.
  public init(
    transport: String, host: String, port: UInt16? = nil, branch: String? = nil, parameters: Parameters = [:]
  ) {
    self.transport = transport
    self.host = host
    self.port = port
    self.parameters = parameters
    if let branch { self.parameters["branch"] = branch }
  }

  /// Reads one hop; nil when it is malformed.
  public init?(_ text: String) {
    do throws(ParseError) { try self.init(parsing: text) } catch { return nil }
  }

  /// Reads one hop, telling what is wrong.
  public init(parsing text: String) throws(ParseError) {
    var cursor = ByteCursor(text)
    self = try Via(sentProtocolAndBy: &cursor, isLenient: false)
    parameters = try Parameters.parseFieldParameters(&cursor, in: "Via")
  }

  private init(sentProtocolAndBy cursor: inout ByteCursor, isLenient: Bool) throws(ParseError) {
    let failure = ParseError(.syntax, in: "Via")
    cursor.skipLinearSpace()
    guard let name = cursor.takeToken(), name.equalsIgnoringCase("SIP"), cursor.skipSeparator(UInt8(ascii: "/")),
      let version = cursor.takeToken(), isLenient || version == "2.0", cursor.skipSeparator(UInt8(ascii: "/")),
      let transport = cursor.takeToken(),
      let space = cursor.peek, space.isLinearSpace
    else { throw failure }
    cursor.skipLinearSpace()
    guard let host = cursor.takeHost() else { throw failure }
    var port: UInt16?
    if cursor.skipSeparator(UInt8(ascii: ":")) {
      let number = cursor.takeDecimal(maximum: 65_535) ?? 0
      guard number > 0 || isLenient else { throw failure }
      port = number > 0 ? UInt16(number) : nil
    }
    self.init(transport: transport, host: host, port: port)
  }

  /// The hop whose parameters may be beyond reading: enough to answer a malformed request.
  init?(sentByOf text: String) {
    var cursor = ByteCursor(text)
    do throws(ParseError) { self = try Via(sentProtocolAndBy: &cursor, isLenient: true) } catch { return nil }
    let rest = cursor.takeRest()
    if let branch = Self.parameter("branch", in: rest) { self.branch = branch }
    if Self.parameter("rport", in: rest) != nil { parameters.setFlag("rport") }
  }

  private static func parameter(_ name: String, in text: String) -> String? {
    for part in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }) {
      let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard let key = pair.first, String(wire: key).trimmedLinearSpace.equalsIgnoringCase(name) else { continue }
      let value = pair.count > 1 ? String(wire: pair[1]).trimmedLinearSpace : ""
      return value.utf8.allSatisfy(\.isToken) ? value : nil
    }
    return nil
  }

  /// Reads a comma-separated list; an empty element is an error.
  public static func parseList(_ text: String) throws(ParseError) -> [Via] {
    guard let elements = splitList(text) else { throw ParseError(.unterminatedQuote, in: "Via") }
    var result: [Via] = []
    for element in elements { result.append(try Via(parsing: element)) }
    return result
  }

  /// The transaction's identifier.
  public var branch: String? {
    get { parameters["branch"] }
    set { parameters["branch"] = newValue }
  }

  /// The address the request came from; IPv6 without its brackets.
  public var received: String? {
    get {
      guard let text = parameters["received"] else { return nil }
      guard text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") else { return text }
      return String(text.dropFirst().dropLast())
    }
    set { parameters["received"] = newValue }
  }

  /// Whether `rport` is there, with or without a value.
  public var hasRport: Bool { parameters.contains("rport") }

  /// The port the request came from. Setting nil removes the parameter; see `requestRport()`.
  public var rport: UInt16? {
    get { parameters["rport"].flatMap { decimal($0, maximum: 65_535) }.map(UInt16.init) }
    set { parameters["rport"] = newValue.map(String.init) }
  }

  /// Asks the server to answer to the port the request comes from (RFC 3581 section 3).
  public mutating func requestRport() { parameters.setFlag("rport") }

  /// The hop as text.
  public var description: String {
    "SIP/2.0/\(transport) \(hostText(host))\(port.map { ":\($0)" } ?? "")\(parameters.fieldText)"
  }
}
