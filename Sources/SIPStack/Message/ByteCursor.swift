/// Reads a field value from left to right; every read is bounded by the end.
struct ByteCursor {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position >= bytes.count }
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func advance() { if position < bytes.count { position += 1 } }

  mutating func rewind(to earlier: Int) { position = max(0, min(earlier, bytes.count)) }

  /// Takes `byte` if it is next.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  /// Spaces and tabs; folded lines have become a space before.
  mutating func skipLinearSpace() {
    while let byte = peek, byte.isLinearSpace { position += 1 }
  }

  /// `byte` with linear space on both sides.
  mutating func skipSeparator(_ byte: UInt8) -> Bool {
    let start = position
    skipLinearSpace()
    guard skip(byte) else {
      position = start
      return false
    }
    skipLinearSpace()
    return true
  }

  mutating func take(while condition: (UInt8) -> Bool) -> String {
    let start = position
    while let byte = peek, condition(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func takeToken() -> String? {
    let token = take(while: \.isToken)
    return token.isEmpty ? nil : token
  }

  mutating func takeRest() -> String { take { _ in true } }

  /// A run of digits not above `maximum`; nil on none, `outOfRange` is told apart by the caller's error.
  mutating func takeDecimal(maximum: UInt64) -> UInt64? {
    guard let first = peek, first.isDigit else { return nil }
    var value: UInt64 = 0
    while let byte = peek, byte.isDigit {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(byte - 0x30))
      guard !overflow, !carry, sum <= maximum else { return nil }
      value = sum
      position += 1
    }
    return value
  }

  /// A quoted-string with its quotes as they stand; nil when it does not end.
  mutating func takeQuoted() -> String? {
    let start = position
    guard skip(UInt8(ascii: "\"")) else { return nil }
    while let byte = peek {
      position += 1
      if byte == UInt8(ascii: "\\") {
        guard peek != nil else { break }
        position += 1
      } else if byte == UInt8(ascii: "\"") {
        return String(decoding: bytes[start..<position], as: UTF8.self)
      }
    }
    position = start
    return nil
  }
}

/// The number in `text` when it is digits alone and not above `maximum`.
func decimal(_ text: some StringProtocol, maximum: UInt64 = .max) -> UInt64? {
  var cursor = ByteCursor(text)
  guard let value = cursor.takeDecimal(maximum: maximum), cursor.isAtEnd else { return nil }
  return value
}

/// Splits at `separator` outside quotes and angle brackets; elements are trimmed. Nil when a quote does not end.
func splitList(_ text: String, at separator: UInt8 = UInt8(ascii: ",")) -> [String]? {
  let bytes = Array(text.utf8)
  var elements: [String] = []
  var start = 0
  var isQuoted = false
  var isBracketed = false
  var index = 0
  func element(_ end: Int) -> String {
    String(decoding: bytes[start..<end], as: UTF8.self).trimmedLinearSpace
  }
  while index < bytes.count {
    let byte = bytes[index]
    if isQuoted {
      if byte == UInt8(ascii: "\\") {
        index += 1
      } else if byte == UInt8(ascii: "\"") {
        isQuoted = false
      }
    } else if byte == UInt8(ascii: "\"") {
      isQuoted = true
    } else if byte == UInt8(ascii: "<") {
      isBracketed = true
    } else if byte == UInt8(ascii: ">") {
      isBracketed = false
    } else if byte == separator, !isBracketed {
      elements.append(element(index))
      start = index + 1
    }
    index += 1
  }
  guard !isQuoted else { return nil }
  elements.append(element(bytes.count))
  return elements
}
