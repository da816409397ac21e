/// The type of a body: `application/sdp`, `multipart/mixed;boundary=x` (RFC 3261 section 20.15).
public struct MediaType: Hashable, Sendable, CustomStringConvertible {
  /// The main type in lower case.
  public var type: String
  /// The subtype in lower case.
  public var subtype: String
  /// The parameters.
  public var parameters: Parameters

  /// A type from its parts.
  public init(type: String, subtype: String, parameters: Parameters = [:]) {
    self.type = type.lowercasedASCII
    self.subtype = subtype.lowercasedASCII
    self.parameters = parameters
  }

  /// Reads the value of Content-Type or one element of Accept; nil when it is malformed.
  public init?(_ text: String) {
    var cursor = ByteCursor(text.trimmedLinearSpace)
    guard let type = cursor.takeToken(), cursor.skipSeparator(UInt8(ascii: "/")), let subtype = cursor.takeToken()
    else {
      return nil
    }
    do throws(ParseError) {
      let parameters = try Parameters.parseFieldParameters(&cursor, in: "Content-Type")
      self.init(type: type, subtype: subtype, parameters: parameters)
    } catch { return nil }
  }

  /// `application/sdp`.
  public static let sdp = MediaType(type: "application", subtype: "sdp")
  /// `message/sipfrag` (RFC 3420).
  public static let sipfrag = MediaType(type: "message", subtype: "sipfrag")
  /// `application/dtmf-relay`.
  public static let dtmfRelay = MediaType(type: "application", subtype: "dtmf-relay")

  /// Whether type and subtype are the same, whatever the parameters.
  public func matches(_ other: MediaType) -> Bool { type == other.type && subtype == other.subtype }

  /// Whether this, as an element of Accept, covers `other` (`*/*`, `application/*`).
  public func accepts(_ other: MediaType) -> Bool {
    (type == "*" || type == other.type) && (subtype == "*" || subtype == other.subtype)
  }

  /// The type as text.
  public var description: String { "\(type)/\(subtype)\(parameters.fieldText)" }
}
