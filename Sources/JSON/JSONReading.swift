import Foundation

extension JSONValue {
  /// Reads `bytes`; nil if they are not JSON. A string with half a surrogate pair, or with bytes that are no UTF-8, costs
  /// that character and not the message around it: customers' phones cut texts in the middle of an emoji.
  package init?(_ bytes: some Collection<UInt8>) {
    let data = Data(bytes)
    let read = { (data: Data) in try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed) }
    guard let object = read(data) ?? read(Data(JSONRepair.repaired(Array(data)))) else { return nil }
    self.init(object)
  }

  private init(_ object: Any) {
    switch object {
    case let text as String: self = .string(text)
    case let values as [String: Any]: self = .object(values.mapValues { JSONValue($0) })
    case let values as [Any]: self = .array(values.map { JSONValue($0) })
    case let number as NSNumber:
      // A truth is a number to NSNumber; only its encoding tells.
      if number.objCType.pointee == CChar(bitPattern: UInt8(ascii: "c")) {
        self = .bool(number.boolValue)
      } else if let decimal = number as? NSDecimalNumber {
        // Foundation keeps fractions of many digits so, whose own ways to other types lose some of them.
        let value = Double(decimal.description) ?? decimal.doubleValue
        self = Int64(exactly: value).map { .integer($0) } ?? .number(value)
      } else if let whole = Int64(exactly: number) {
        self = .integer(whole)
      } else {
        self = .number(number.doubleValue)
      }
    default: self = .null
    }
  }
}

/// Mends what makes a reader refuse JSON that is whole but for a character.
enum JSONRepair {
  private static let replacement = Array("\\ufffd".utf8)

  /// `bytes` as UTF-8, with U+FFFD in place of escapes that are half a surrogate pair.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    let bytes = Array(String(decoding: bytes, as: UTF8.self).utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      guard let unit = escape(in: bytes, at: index), (0xD800...0xDFFF).contains(unit) else {
        // The character behind a backslash belongs to it, another backslash too.
        result += bytes[index..<min(index + 2, bytes.count)]
        index += 2
        continue
      }
      if unit < 0xDC00, let low = escape(in: bytes, at: index + 6), (0xDC00...0xDFFF).contains(low) {
        result += bytes[index..<(index + 12)]
        index += 12
      } else {
        result += replacement
        index += 6
      }
    }
    return result
  }

  /// The code unit of an escape like `\u00e4` at `index`.
  private static func escape(in bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
