/// A block of IP addresses in CIDR notation (RFC 4632, RFC 4291 2.3). A single address is a block of its own.
public struct Network: Sendable, Hashable, CustomStringConvertible {
  /// The block's first address: bits behind the prefix are 0.
  public let address: IPAddress
  /// How many leading bits all its addresses share: 0 to 32, or to 128.
  public let prefix: Int

  /// The block around `address`; nil if it has not so many bits. Bits of `address` behind the prefix do not matter.
  public init?(_ address: IPAddress, prefix: Int) {
    guard (0...address.family.bits).contains(prefix) else { return nil }
    let (high, low) = Self.mask(prefix, address.family)
    self.address =
      address.family == .v4
      ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low & low))
      : IPAddress(high: address.high & high, low: address.low & low)
    self.prefix = prefix
  }

  /// The block that holds one address alone.
  public init(_ address: IPAddress) {
    self.address = address
    prefix = address.family.bits
  }

  /// Reads `198.51.100.0/24`, `2001:db8::/32` or a single address; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first) else { return nil }
    guard parts.count == 2 else {
      self.init(address)
      return
    }
    guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = Int(parts[1]) else { return nil }
    self.init(address, prefix: prefix)
  }

  /// Whether `other` lies in the block.
  public func contains(_ other: IPAddress) -> Bool {
    guard other.family == address.family else { return false }
    let (high, low) = Self.mask(prefix, address.family)
    return other.high & high == address.high && other.low & low == address.low
  }

  /// The addresses under which a machine reaches itself.
  public static let loopback: [Network] = [
    Network(IPAddress(v4: 0x7F00_0000), prefix: 8), Network(IPAddress(high: 0, low: 1), prefix: 128),
  ].compactMap { $0 }

  /// The block in CIDR notation.
  public var description: String { "\(address)/\(prefix)" }

  private static func mask(_ prefix: Int, _ family: IPAddress.Family) -> (high: UInt64, low: UInt64) {
    // A shift by 64 and more leaves nothing.
    switch family {
    case .v4: (0, (UInt64(0xFFFF_FFFF) << UInt64(32 - prefix)) & 0xFFFF_FFFF)
    case .v6: (UInt64.max << UInt64(max(0, 64 - prefix)), UInt64.max << UInt64(128 - max(64, prefix)))
    }
  }
}
