/// An address with an optional name and parameters: From, To, Contact, Route, Refer-To (RFC 3261 section 20.10).
public struct NameAddress: Hashable, Sendable, CustomStringConvertible {
  /// The name without quotes and escapes.
  public var displayName: String?
  /// The address.
  public var uri: URI
  /// The parameters of the field, not of the URI.
  public var parameters: Parameters

  /// An address from its parts.
  public init(displayName: String? = nil, uri: URI, parameters: Parameters = [:]) {
    self.displayName = displayName
    self.uri = uri
    self.parameters = parameters
  }

  /// Reads one address; nil when it is malformed.
  public init?(_ text: String) {
    do throws(ParseError) { try self.init(parsing: text) } catch { return nil }
  }

  /// Reads one address, telling what is wrong.
  /// - Parameter field: the name of the field, for the error.
  public init(parsing text: String, in field: String = "address") throws(ParseError) {
    let text = text.trimmedLinearSpace
    var cursor = ByteCursor(text)
    var name: String?
    if cursor.peek == UInt8(ascii: "\"") {
      guard let quoted = cursor.takeQuoted() else { throw ParseError(.unterminatedQuote, in: field) }
      name = quoted.unquoted
      cursor.skipLinearSpace()
      guard cursor.peek == UInt8(ascii: "<") else { throw ParseError(.syntax, in: field) }
    } else {
      // Bytes above ASCII have no place outside quotes, yet phones send them and nothing else could be meant.
      let words = cursor.take { $0.isToken || $0.isLinearSpace || $0 > 0x7F }
      if cursor.peek == UInt8(ascii: "<") {
        let trimmed = words.trimmedLinearSpace
        name = trimmed.isEmpty ? nil : trimmed
      } else {
        cursor.rewind(to: 0)
      }
    }
    let address: String
    if cursor.skip(UInt8(ascii: "<")) {
      address = cursor.take { $0 != UInt8(ascii: ">") }
      guard cursor.skip(UInt8(ascii: ">")) else { throw ParseError(.syntax, in: field) }
    } else {
      // Without brackets `;` begins the field's parameters, and `?` and `,` may not stand in the address.
      address = cursor.take { $0 != UInt8(ascii: ";") && !$0.isLinearSpace }
      guard !address.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: ",") }) else {
        throw ParseError(.syntax, in: field)
      }
    }
    guard let uri = URI(address) else { throw ParseError(.syntax, in: field) }
    let parameters = try Parameters.parseFieldParameters(&cursor, in: field)
    self.init(displayName: name, uri: uri, parameters: parameters)
  }

  /// Reads a comma-separated list; an empty element is an error.
  public static func parseList(_ text: String, in field: String = "address") throws(ParseError) -> [NameAddress] {
    guard let elements = splitList(text) else { throw ParseError(.unterminatedQuote, in: field) }
    var result: [NameAddress] = []
    for element in elements { result.append(try NameAddress(parsing: element, in: field)) }
    return result
  }

  /// The `tag` parameter.
  public var tag: String? {
    get { parameters["tag"] }
    set { parameters["tag"] = newValue }
  }

  /// The address in angle brackets, the name quoted.
  public var description: String {
    let name = displayName.map { $0.singleLine.quoted + " " } ?? ""
    return "\(name)<\(uri)>\(parameters.fieldText)"
  }
}
