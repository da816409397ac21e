package import JSON

/// An argument of an event: JSON, with binary anywhere in it.
package enum EventValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([EventValue])
  case object([String: EventValue])
  /// A Buffer, ArrayBuffer or typed array to a client in JavaScript.
  case binary([UInt8])

  package init(stringLiteral value: String) { self = .string(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(nilLiteral: ()) { self = .null }
  package init(arrayLiteral values: EventValue...) { self = .array(values) }
  package init(dictionaryLiteral pairs: (String, EventValue)...) {
    self = .object(Dictionary(pairs, uniquingKeysWith: { $1 }))
  }

  /// The same value.
  package init(_ json: JSONValue) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let values): self = .array(values.map { EventValue($0) })
    case .object(let values): self = .object(values.mapValues { EventValue($0) })
    }
  }

  /// The same value without what is binary, which becomes null.
  package var json: JSONValue {
    switch self {
    case .null, .binary: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .string(let value): .string(value)
    case .array(let values): .array(values.map(\.json))
    case .object(let values): .object(values.mapValues(\.json))
    }
  }

  /// What is under `key` of an object.
  package subscript(key: String) -> EventValue? {
    if case .object(let values) = self { values[key] } else { nil }
  }

  package var string: String? { if case .string(let value) = self { value } else { nil } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var bytes: [UInt8]? { if case .binary(let value) = self { value } else { nil } }
  package var array: [EventValue] { if case .array(let values) = self { values } else { [] } }

  /// A whole number.
  package var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }
}

extension EventValue {
  /// Whether there is anything binary in it.
  var hasBinary: Bool {
    switch self {
    case .binary: true
    case .array(let values): values.contains { $0.hasBinary }
    case .object(let values): values.values.contains { $0.hasBinary }
    default: false
    }
  }

  /// Writes it as JSON, with a placeholder for each binary value, which goes to `attachments`.
  func write(to text: inout [UInt8], attachments: inout [[UInt8]]) {
    switch self {
    case .null: text += "null".utf8
    case .bool(let value): text += (value ? "true" : "false").utf8
    case .integer(let value): text += String(value).utf8
    case .number(let value): text += (value.isFinite ? value.description : "null").utf8
    case .string(let value): JSONText.write(value, to: &text)
    case .array(let values):
      text.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        value.write(to: &text, attachments: &attachments)
      }
      text.append(UInt8(ascii: "]"))
    case .object(let values):
      text.append(UInt8(ascii: "{"))
      var isFirst = true
      // In order, so that equal values have equal bytes.
      for (key, value) in values.sorted(by: { $0.key < $1.key }) {
        if !isFirst { text.append(UInt8(ascii: ",")) }
        isFirst = false
        JSONText.write(key, to: &text)
        text.append(UInt8(ascii: ":"))
        value.write(to: &text, attachments: &attachments)
      }
      text.append(UInt8(ascii: "}"))
    case .binary(let bytes):
      text += "{\"_placeholder\":true,\"num\":\(attachments.count)}".utf8
      attachments.append(bytes)
    }
  }

  /// The value with its placeholders filled in; nil if one asks for an attachment that there is not.
  func filled(with attachments: [[UInt8]]) -> EventValue? {
    switch self {
    case .array(let values):
      var result: [EventValue] = []
      result.reserveCapacity(values.count)
      for value in values {
        guard let value = value.filled(with: attachments) else { return nil }
        result.append(value)
      }
      return .array(result)
    case .object(let values):
      if values["_placeholder"]?.bool == true {
        guard let number = values["num"]?.integer, let index = Int(exactly: number), attachments.indices.contains(index)
        else { return nil }
        return .binary(attachments[index])
      }
      var result: [String: EventValue] = [:]
      for (key, value) in values {
        guard let value = value.filled(with: attachments) else { return nil }
        result[key] = value
      }
      return .object(result)
    default:
      return self
    }
  }
}

/// Strings as JSON has them.
enum JSONText {
  private static let digits = Array("0123456789abcdef".utf8)

  static func write(_ string: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      case UInt8(ascii: "\n"): text += "\\n".utf8
      case ..<0x20:
        text += "\\u00".utf8
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 0xF)])
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}
