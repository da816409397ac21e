import Net

// Hosts as they stand in URIs, Via and other fields: names, IPv4, and IPv6 in brackets.

extension ByteCursor {
  /// A host: name, IPv4, or IPv6 in brackets, which is returned without them. Underscores are let through.
  mutating func takeHost() -> String? {
    if skip(UInt8(ascii: "[")) {
      let text = take { $0 != UInt8(ascii: "]") && $0.isVisible }
      // A zone means nothing on another machine.
      guard skip(UInt8(ascii: "]")), text.utf8.contains(0x3A), !text.utf8.contains(UInt8(ascii: "%")),
        IPAddress(text) != nil
      else { return nil }
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

/// Whether both texts name the same host: names without case, addresses by their value.
func isSameHost(_ left: String, _ right: String) -> Bool {
  if left.equalsIgnoringCase(right) { return true }
  guard let first = IPAddress(left), let second = IPAddress(right) else { return false }
  return first == second
}
