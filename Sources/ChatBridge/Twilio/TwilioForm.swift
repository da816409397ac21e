import JSON

/// A form as URLs and Twilio's deliveries have it: `name=value&…`, percent-encoded, a plus for a space. In bytes, since
/// bytes are what is signed.
struct TwilioForm: Sendable, Equatable {
  /// The largest that is read; what Twilio sends is far smaller.
  static let maximumBytes = 1 << 20
  /// The most parameters that are read; Twilio sends some thirty.
  static let maximumParameters = 256

  struct Parameter: Sendable, Equatable {
    var name: [UInt8]
    var value: [UInt8]
  }

  private(set) var parameters: [Parameter] = []

  init() {}

  /// Nil for what is too large. All else can be read: a percent sign that nothing follows stands for itself.
  init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count <= Self.maximumBytes else { return nil }
    for piece in bytes.split(separator: UInt8(ascii: "&")) {
      guard parameters.count < Self.maximumParameters else { return nil }
      let sides = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = sides.first else { continue }
      parameters.append(
        Parameter(name: Self.decoded(name), value: sides.count > 1 ? Self.decoded(sides[1]) : []))
    }
  }

  mutating func add(_ name: String, _ value: String) {
    parameters.append(Parameter(name: Array(name.utf8), value: Array(value.utf8)))
  }

  /// The first value of `name`; nil if there is none or an empty one, which for Twilio are the same.
  subscript(name: String) -> String? {
    guard let value = parameters.first(where: { $0.name.elementsEqual(name.utf8) })?.value, !value.isEmpty else {
      return nil
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// Whether a name is there twice with different values, so that it can't be said what the form says.
  var contradictsItself: Bool {
    var seen: [[UInt8]: [UInt8]] = [:]
    for parameter in parameters {
      if let value = seen[parameter.name], value != parameter.value { return true }
      seen[parameter.name] = parameter.value
    }
    return false
  }

  /// All of it as a JSON object.
  var json: JSONValue {
    let pairs = parameters.map { parameter in
      (
        String(decoding: parameter.name, as: UTF8.self),
        JSONValue.string(String(decoding: parameter.value, as: UTF8.self))
      )
    }
    return .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
  }

  /// On the wire.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for parameter in parameters {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
      Self.encode(parameter.name, into: &bytes)
      bytes.append(UInt8(ascii: "="))
      Self.encode(parameter.value, into: &bytes)
    }
    return bytes
  }

  /// `text` as a part of a URL.
  static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    encode(Array(text.utf8), into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// All but RFC 3986's unreserved characters are encoded.
  private static func encode(_ text: [UInt8], into bytes: inout [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text {
      if byte.isLetterOrDigit || "-._~".utf8.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
  }

  private static func decoded(_ text: some Collection<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let pair = rest.prefix(2)
        if pair.count == 2, let high = pair.first?.hexValue, let low = pair.dropFirst().first?.hexValue {
          bytes.append(high << 4 | low)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default: bytes.append(byte)
      }
    }
    return bytes
  }
}

extension UInt8 {
  var isLetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  fileprivate var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
