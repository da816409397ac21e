/// Why a text is no JSON.
public struct CloudJSONError: Error, Equatable {
  /// What is wrong.
  public var reason: String
  /// Where, in bytes from the start.
  public var offset: Int
}

extension CloudJSON {
  /// Reads a whole JSON text (RFC 8259). A name that comes twice in an object is an error, as are more than 64 levels.
  public init(parsing bytes: [UInt8]) throws(CloudJSONError) {
    var parser = CloudJSONParser(bytes: bytes)
    self = try parser.document()
  }
}

private struct CloudJSONParser {
  let bytes: [UInt8]
  var offset = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func failure(_ reason: String) -> CloudJSONError { CloudJSONError(reason: reason, offset: offset) }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  mutating func document() throws(CloudJSONError) -> CloudJSON {
    let value = try value(depth: 0)
    skipSpace()
    guard next == nil else { throw failure("something after the end") }
    return value
  }

  private mutating func value(depth: Int) throws(CloudJSONError) -> CloudJSON {
    guard depth < 64 else { throw failure("too deep") }
    skipSpace()
    switch next {
    case 0x7b?: return try object(depth: depth)
    case 0x5b?: return try array(depth: depth)
    case 0x22?: return .string(try string())
    case 0x74?: return try word("true", .bool(true))
    case 0x66?: return try word("false", .bool(false))
    case 0x6e?: return try word("null", .null)
    case nil: throw failure("a value is missing")
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: CloudJSON) throws(CloudJSONError) -> CloudJSON {
    guard bytes[offset...].starts(with: word.utf8) else { throw failure("unknown word") }
    offset += word.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(CloudJSONError) -> CloudJSON {
    offset += 1
    var members: [CloudJSON.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take(0x7d) { return .object([]) }
    while true {
      skipSpace()
      guard next == 0x22 else { throw failure("a name is missing") }
      let name = try string()
      guard names.insert(name).inserted else { throw failure("the name \(name) comes twice") }
      skipSpace()
      guard take(0x3a) else { throw failure("a colon is missing") }
      members.append(CloudJSON.Member(name, try value(depth: depth + 1)))
      skipSpace()
      if take(0x2c) { continue }
      guard take(0x7d) else { throw failure("a comma or brace is missing") }
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(CloudJSONError) -> CloudJSON {
    offset += 1
    var elements: [CloudJSON] = []
    skipSpace()
    if take(0x5d) { return .array([]) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(0x2c) { continue }
      guard take(0x5d) else { throw failure("a comma or bracket is missing") }
      return .array(elements)
    }
  }

  private mutating func number() throws(CloudJSONError) -> CloudJSON {
    let start = offset
    var isWhole = true
    _ = take(0x2d)
    if take(0x30) {
      // No digit may follow a leading zero.
    } else {
      guard digits() else { throw failure("no JSON value") }
    }
    if take(0x2e) {
      isWhole = false
      guard digits() else { throw failure("a digit is missing") }
    }
    if next == 0x65 || next == 0x45 {
      offset += 1
      isWhole = false
      if next == 0x2b || next == 0x2d { offset += 1 }
      guard digits() else { throw failure("a digit is missing") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw failure("a number is out of range") }
    return .number(value)
  }

  private mutating func digits() -> Bool {
    let start = offset
    while let byte = next, byte >= 0x30, byte <= 0x39 { offset += 1 }
    return offset > start
  }

  private mutating func string() throws(CloudJSONError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case 0x22:
        guard let string = String(validating: text, as: UTF8.self) else { throw failure("a text is not UTF-8") }
        return string
      case 0x5c:
        text += try escape()
      case 0..<0x20:
        throw failure("a control character in a text")
      default:
        text.append(byte)
      }
    }
    throw failure("a text does not end")
  }

  private mutating func escape() throws(CloudJSONError) -> [UInt8] {
    guard let byte = next else { throw failure("a text does not end") }
    offset += 1
    switch byte {
    case 0x22, 0x5c, 0x2f: return [byte]
    case 0x62: return [0x08]
    case 0x66: return [0x0c]
    case 0x6e: return [0x0a]
    case 0x72: return [0x0d]
    case 0x74: return [0x09]
    case 0x75:
      let first = try hexUnit()
      var units = [first]
      if UTF16.isLeadSurrogate(first) {
        guard take(0x5c), take(0x75) else { throw failure("half a surrogate pair") }
        units.append(try hexUnit())
      }
      guard let character = String(validating: units, as: UTF16.self) else { throw failure("half a surrogate pair") }
      return Array(character.utf8)
    default: throw failure("an unknown escape")
    }
  }

  private mutating func hexUnit() throws(CloudJSONError) -> UInt16 {
    guard bytes.count - offset >= 4 else { throw failure("an escape is cut off") }
    var unit: UInt16 = 0
    for byte in bytes[offset..<(offset + 4)] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { throw failure("no hexadecimal digit") }
      unit = unit << 4 | UInt16(digit)
    }
    offset += 4
    return unit
  }
}
