/// Character classes of RFC 3261 section 25.1, on bytes: a `Character` may swallow a delimiter with the mark after it.
extension UInt8 {
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isAlpha: Bool { (self >= 0x41 && self <= 0x5A) || (self >= 0x61 && self <= 0x7A) }
  var isAlphanumeric: Bool { isDigit || isAlpha }
  var isLinearSpace: Bool { self == 0x20 || self == 0x09 }
  var isVisible: Bool { self > 0x20 && self < 0x7F }
  var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

  /// The value of a hexadecimal digit.
  var hexValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }

  /// token = 1*(alphanum / "-" / "." / "!" / "%" / "*" / "_" / "+" / "`" / "'" / "~")
  var isToken: Bool {
    switch self {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "*"),
      UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "~"):
      true
    default: isAlphanumeric
    }
  }

  /// unreserved = alphanum / mark
  var isUnreserved: Bool {
    switch self {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "~"),
      UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: isAlphanumeric
    }
  }

  /// What may stand unescaped in the user part. `#` is not in the grammar, yet phones dial feature codes with it.
  var isUserCharacter: Bool {
    switch self {
    case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","),
      UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "/"), UInt8(ascii: "#"):
      true
    default: isUnreserved
    }
  }

  /// What may stand unescaped in the password.
  var isPasswordCharacter: Bool {
    switch self {
    case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","): true
    default: isUnreserved
    }
  }

  /// paramchar without escapes.
  var isURIParameterCharacter: Bool {
    switch self {
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "&"),
      UInt8(ascii: "+"), UInt8(ascii: "$"):
      true
    default: isUnreserved
    }
  }

  /// hname and hvalue without escapes.
  var isURIHeaderCharacter: Bool {
    switch self {
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: ":"),
      UInt8(ascii: "+"), UInt8(ascii: "$"):
      true
    default: isUnreserved
    }
  }
}

extension StringProtocol {
  /// ASCII letters in lower case, all else as it is.
  var lowercasedASCII: String { String(decoding: utf8.map(\.lowercasedASCII), as: UTF8.self) }

  /// Equality without regard to the case of ASCII letters.
  func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
  }

  /// Whether this is a token of RFC 3261.
  var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isToken) }

  /// Without spaces and tabs at both ends.
  var trimmedLinearSpace: String {
    var bytes = Array(utf8)[...]
    while let first = bytes.first, first.isLinearSpace { bytes.removeFirst() }
    while let last = bytes.last, last.isLinearSpace { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// UTF-8 if it is; otherwise every byte is taken for Latin-1, which old phones put into display names.
  init(wire bytes: some Collection<UInt8>) {
    if let text = String(validating: bytes, as: UTF8.self) {
      self = text
    } else {
      self = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
  }

  /// Percent-escapes resolved (RFC 3261 section 19.1.2); a broken escape stays as it is.
  var percentDecoded: String {
    guard utf8.contains(UInt8(ascii: "%")) else { return self }
    var result: [UInt8] = []
    var bytes = Array(utf8)[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "%"), let high = bytes.first?.hexValue, let low = bytes.dropFirst().first?.hexValue {
        result.append(high << 4 | low)
        bytes = bytes.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return String(wire: result)
  }

  /// Escapes what `isAllowed` refuses; escapes already there stay.
  func percentEscaped(_ isAllowed: (UInt8) -> Bool) -> String {
    let source = Array(utf8)
    if source.allSatisfy(isAllowed) { return self }
    var result: [UInt8] = []
    for (index, byte) in source.enumerated() {
      let isEscape =
        byte == UInt8(ascii: "%") && index + 2 < source.count && source[index + 1].hexValue != nil
        && source[index + 2].hexValue != nil
      if isAllowed(byte) || isEscape {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        result.append(Self.hexDigits[Int(byte >> 4)])
        result.append(Self.hexDigits[Int(byte & 0x0F)])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  /// As a quoted-string of RFC 3261.
  var quoted: String {
    var result: [UInt8] = [UInt8(ascii: "\"")]
    for byte in utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { result.append(UInt8(ascii: "\\")) }
      result.append(byte)
    }
    result.append(UInt8(ascii: "\""))
    return String(decoding: result, as: UTF8.self)
  }

  /// Without the quotes and escapes of a quoted-string; other text stays as it is.
  var unquoted: String {
    let source = Array(utf8)
    guard source.count >= 2, source.first == UInt8(ascii: "\""), source.last == UInt8(ascii: "\"") else { return self }
    var result: [UInt8] = []
    var isEscaped = false
    for byte in source.dropFirst().dropLast() {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        result.append(byte)
        isEscaped = false
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// For one line of a message: what would end the line becomes a space.
  var singleLine: String {
    guard utf8.contains(where: { $0 == 0x0D || $0 == 0x0A }) else { return self }
    return String(decoding: utf8.map { $0 == 0x0D || $0 == 0x0A ? 0x20 : $0 }, as: UTF8.self)
  }
}
