/// A block of IP addresses in CIDR notation (RFC 4632, RFC 4291 2.3), read without a resolver.
public struct Network: Sendable, Hashable, CustomStringConvertible {
  private let prefix: [UInt8]
  private let length: Int

  /// Reads `198.51.100.0/24`, `2001:db8::/32` or a single address; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = Self.bytes(of: String(first)) else { return nil }
    var length = address.count * 8
    if parts.count == 2 {
      guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let given = Int(parts[1]), given <= length else {
        return nil
      }
      length = given
    }
    prefix = address
    self.length = length
  }

  /// Whether `address`, a literal without brackets, lies in the block. An IPv4 address mapped into IPv6 counts as
  /// IPv4, since a dual-stack socket shows it so.
  public func contains(_ address: String) -> Bool {
    guard let bytes = Self.bytes(of: address), bytes.count == prefix.count else { return false }
    let whole = length / 8
    guard bytes.prefix(whole) == prefix.prefix(whole) else { return false }
    let rest = length % 8
    guard rest > 0, whole < bytes.count else { return true }
    return (bytes[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
  }

  /// The block in CIDR notation, IPv6 in full length.
  public var description: String {
    let host =
      prefix.count == 4
      ? prefix.map(String.init).joined(separator: ".")
      : stride(from: 0, to: 16, by: 2).map {
        String(UInt16(prefix[$0]) << 8 | UInt16(prefix[$0 + 1]), radix: 16)
      }.joined(separator: ":")
    return "\(host)/\(length)"
  }

  /// The 4 or 16 bytes of an address literal, nil for a name.
  static func bytes(of address: String) -> [UInt8]? {
    if !address.contains(":") { return ipv4(Substring(address)) }
    let unscoped = address.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)[0]
    guard let bytes = ipv6(unscoped) else { return nil }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
  }

  /// Whether `address` is a literal that the public internet does not route: RFC 1918, RFC 6598, loopback, link-local.
  static func isPrivate(_ address: String) -> Bool {
    privateNetworks.contains { $0.contains(address) }
  }

  /// What this machine calls itself from.
  public static let loopback = ["127.0.0.0/8", "::1"].compactMap(Network.init)

  private static let privateNetworks = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7",
    "fe80::/10", "::1/128",
  ].compactMap(Network.init)

  private static func ipv4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }), let byte = UInt8(part)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func ipv6(_ text: Substring) -> [UInt8]? {
    var head: [UInt8] = []
    var tail: [UInt8] = []
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2, let first = halves.first else { return nil }
    guard groups(first, into: &head, mayEndInIPv4: halves.count == 1) else { return nil }
    if halves.count == 2 {
      guard groups(halves[1], into: &tail, mayEndInIPv4: true), head.count + tail.count <= 14 else { return nil }
      return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }
    return head.count == 16 ? head : nil
  }

  private static func groups(_ text: Substring, into bytes: inout [UInt8], mayEndInIPv4: Bool) -> Bool {
    guard !text.isEmpty else { return true }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return false }
    for (index, part) in parts.enumerated() {
      if mayEndInIPv4, index == parts.count - 1, part.contains(".") {
        guard let last = ipv4(part) else { return false }
        bytes += last
      } else {
        guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else { return false }
        bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
      }
    }
    return true
  }
}
