#if canImport(Glibc)
  internal import Glibc
#endif

/// An IPv4 or IPv6 address (RFC 791, RFC 4291). A plain value of fixed size, so that comparing two costs nothing.
///
/// An IPv4 address that came mapped into IPv6 (`::ffff:192.0.2.1`), as sockets for both families show it, is the IPv4
/// address: it can be compared with what was configured.
public struct IPAddress: Sendable, Hashable {
  /// Which of the two.
  public enum Family: Sendable, Hashable, CaseIterable {
    /// Four bytes.
    case v4
    /// Sixteen bytes.
    case v6

    /// Bits of an address.
    public var bits: Int { self == .v4 ? 32 : 128 }
  }

  /// Which of the two it is.
  public let family: Family
  /// The upper half of an IPv6 address; 0 in IPv4. The first byte is the highest.
  public let high: UInt64
  /// The lower half of an IPv6 address, or all of an IPv4 address. The last byte is the lowest.
  public let low: UInt64
  /// The number of the interface that a link-local IPv6 address belongs to (RFC 4007); 0 for none.
  public let zone: UInt32

  /// An IPv4 address from its four bytes, the first the highest: `0x7F00_0001` is 127.0.0.1.
  public init(v4 value: UInt32) {
    family = .v4
    high = 0
    low = UInt64(value)
    zone = 0
  }

  /// An IPv6 address from its halves, the first byte the highest.
  public init(high: UInt64, low: UInt64, zone: UInt32 = 0) {
    let isMapped = high == 0 && low >> 32 == 0xFFFF
    family = isMapped ? .v4 : .v6
    self.high = high
    self.low = isMapped ? low & 0xFFFF_FFFF : low
    self.zone = isMapped ? 0 : zone
  }

  /// Reads a literal without brackets: four decimal numbers, or IPv6 as RFC 4291 2.2 has it, with a zone if it has one
  /// (`fe80::1%eth0`). Nil for anything else, names among them. A zone that this machine does not have counts as none.
  public init?(_ text: some StringProtocol) {
    if text.utf8.contains(UInt8(ascii: ":")) {
      let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = parts.first, let halves = AddressText.version6(first) else { return nil }
      var zone: UInt32 = 0
      if parts.count == 2 {
        guard (1...32).contains(parts[1].utf8.count) else { return nil }
        zone = UInt32(parts[1]) ?? if_nametoindex(String(parts[1]))
      }
      self.init(high: halves.high, low: halves.low, zone: zone)
    } else {
      guard let value = AddressText.version4(text) else { return nil }
      self.init(v4: value)
    }
  }

  /// This machine, as IPv4 sees it: 127.0.0.1.
  public static let loopback = IPAddress(v4: 0x7F00_0001)

  /// The address that stands for all of a machine's, or for none: `0.0.0.0` and `::`.
  public static func unspecified(_ family: Family) -> IPAddress {
    family == .v4 ? IPAddress(v4: 0) : IPAddress(high: 0, low: 0)
  }

  /// Whether it stands for all of a machine's addresses, or for none.
  public var isUnspecified: Bool { high == 0 && low == 0 }

  /// Whether it leads to this very machine alone.
  public var isLoopback: Bool { family == .v4 ? low >> 24 == 127 : high == 0 && low == 1 }

  /// Whether it means something on one link alone (RFC 3927, RFC 4291 2.5.6).
  public var isLinkLocal: Bool { family == .v4 ? low >> 16 == 0xA9FE : high >> 54 == 0x3FA }

  /// Whether it is a group's and not a host's: multicast, or what RFC 1112 and RFC 919 reserve.
  public var isMulticast: Bool { family == .v4 ? low >> 28 >= 0xE : high >> 56 == 0xFF }

  /// Whether it means something only inside the network of whoever wrote it: RFC 1918, RFC 6598, link-local, or IPv6
  /// unique local (RFC 4193). Whoever names such an address is behind a NAT for the rest of the world.
  public var isPrivate: Bool {
    switch family {
    case .v4:
      low >> 24 == 10 || low >> 20 == 0xAC1 || low >> 16 == 0xC0A8 || low >> 22 == 0x191 || isLinkLocal
    case .v6: high >> 57 == 0x7E || isLinkLocal
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The literal without brackets, IPv6 in the form of RFC 5952; a zone as its number.
  public var description: String {
    switch family {
    case .v4: (0..<4).map { String(low >> (24 - $0 * 8) & 0xFF) }.joined(separator: ".")
    case .v6: AddressText.version6(high: high, low: low) + (zone == 0 ? "" : "%\(zone)")
    }
  }
}
