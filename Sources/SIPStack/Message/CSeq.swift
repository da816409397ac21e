/// The order of a request within its dialog (RFC 3261 section 20.16).
public struct CSeq: Hashable, Sendable, CustomStringConvertible {
  /// Below 2^31.
  public var number: UInt32
  /// The method of the request.
  public var method: Method

  /// A number and its method.
  public init(number: UInt32, method: Method) {
    self.number = number
    self.method = method
  }

  /// Reads the value; nil when it is malformed or out of range.
  public init?(_ text: String) {
    do throws(ParseError) { try self.init(parsing: text) } catch { return nil }
  }

  /// Reads the value, telling what is wrong.
  public init(parsing text: String) throws(ParseError) {
    var cursor = ByteCursor(text.trimmedLinearSpace)
    guard cursor.peek?.isDigit == true else { throw ParseError(.syntax, in: "CSeq") }
    guard let number = cursor.takeDecimal(maximum: 0x7FFF_FFFF) else { throw ParseError(.outOfRange, in: "CSeq") }
    guard let space = cursor.peek, space.isLinearSpace else { throw ParseError(.syntax, in: "CSeq") }
    cursor.skipLinearSpace()
    guard let method = cursor.takeToken(), cursor.isAtEnd else { throw ParseError(.syntax, in: "CSeq") }
    self.init(number: UInt32(number), method: Method(rawValue: method))
  }

  /// "1 INVITE".
  public var description: String { "\(number) \(method.rawValue)" }
}
