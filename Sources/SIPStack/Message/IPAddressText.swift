/// Reading of IP addresses in text form, enough to validate and compare them.
enum IPAddressText {
  /// The four bytes of a dotted quad.
  static func version4(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var result: [UInt8] = []
    for part in parts {
      guard part.count <= 3, let value = decimal(String(decoding: part, as: UTF8.self), maximum: 255) else {
        return nil
      }
      result.append(UInt8(value))
    }
    return result
  }

  /// The sixteen bytes of an IPv6 address without brackets (RFC 4291 section 2.2); no zone.
  static func version6(_ text: some StringProtocol) -> [UInt8]? {
    guard text.utf8.count <= 45 else { return nil }
    // RFC 5118 section 4.10: the grammar of RFC 3261 lets a third colon in before a dotted quad.
    let source = Array(text.utf8)
    var head: [UInt8] = []
    var tail: [UInt8] = []
    var hasGap = false
    var index = 0
    if source.starts(with: [0x3A, 0x3A]) {
      hasGap = true
      index = 2
      if index == source.count { return [UInt8](repeating: 0, count: 16) }
    } else if source.first == 0x3A {
      return nil
    }
    while index < source.count {
      let start = index
      while index < source.count, source[index] != 0x3A { index += 1 }
      let group = String(decoding: source[start..<index], as: UTF8.self)
      var bytes: [UInt8] = []
      if group.utf8.contains(UInt8(ascii: ".")) {
        guard index == source.count, let quad = version4(group) else { return nil }
        bytes = quad
      } else {
        guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy({ $0.hexValue != nil }) else { return nil }
        let value = group.utf8.reduce(UInt16(0)) { $0 << 4 | UInt16($1.hexValue ?? 0) }
        bytes = [UInt8(value >> 8), UInt8(value & 0xFF)]
      }
      if hasGap { tail += bytes } else { head += bytes }
      guard index < source.count else { break }
      index += 1
      guard index < source.count else { return nil }
      if source[index] == 0x3A {
        guard !hasGap else { return nil }
        hasGap = true
        index += 1
        if index + 1 < source.count, source[index] == 0x3A, source[index...].contains(UInt8(ascii: ".")) { index += 1 }
      }
    }
    let count = head.count + tail.count
    guard hasGap ? count <= 14 : count == 16 else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - count) + tail
  }

  /// The same host: names without case, IPv6 addresses by their value.
  static func isSameHost(_ left: String, _ right: String) -> Bool {
    if left.equalsIgnoringCase(right) { return true }
    guard left.utf8.contains(0x3A), let first = version6(left), let second = version6(right) else { return false }
    return first == second
  }
}

extension ByteCursor {
  /// A host: name, IPv4, or IPv6 in brackets, which is returned without them. Underscores are let through.
  mutating func takeHost() -> String? {
    if skip(UInt8(ascii: "[")) {
      let text = take { $0 != UInt8(ascii: "]") && $0.isVisible }
      guard skip(UInt8(ascii: "]")), IPAddressText.version6(text) != nil else { return nil }
      return text
    }
    let text = take { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    return text.isEmpty ? nil : text
  }
}

/// A host as it stands in a URI or Via: IPv6 gets its brackets.
func hostText(_ host: String) -> String {
  let text = host.percentEscaped { $0.isAlphanumeric || "-._:%".utf8.contains($0) }
  return host.utf8.contains(0x3A) ? "[\(text)]" : text
}
