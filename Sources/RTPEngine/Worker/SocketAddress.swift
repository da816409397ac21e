import CLinux
import Glibc

/// An IP address and a UDP port. A plain value of fixed size, so that comparing two costs nothing.
public struct SocketAddress: Sendable, Hashable {
  private var high: UInt64
  private var low: UInt64
  private var scope: UInt32
  /// The port, in host order.
  public var port: UInt16
  /// Whether it is an IPv6 address.
  public let isIPv6: Bool

  /// Reads a numeric address, IPv4 or IPv6 (brackets allowed); `nil` if it is none.
  public init?(_ text: String, port: UInt16) {
    var text = text[...]
    if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
    guard text.utf8.count <= 64, !text.utf8.contains(0) else { return nil }
    self.port = port
    scope = 0
    var four = in_addr()
    if inet_pton(AF_INET, String(text), &four) == 1 {
      isIPv6 = false
      high = 0
      low = UInt64(four.s_addr)
      return
    }
    var zone = UInt32(0)
    if let percent = text.firstIndex(of: "%") {
      zone = if_nametoindex(String(text[text.index(after: percent)...]))
      text = text[..<percent]
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, String(text), &six) == 1 else { return nil }
    isIPv6 = true
    let words = withUnsafeBytes(of: six) {
      ($0.loadUnaligned(fromByteOffset: 0, as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    (high, low) = words
    scope = zone
  }

  /// What the kernel gave; `nil` for another family.
  init?(_ storage: sockaddr_storage) {
    switch Int32(storage.ss_family) {
    case AF_INET:
      let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
      isIPv6 = false
      high = 0
      low = UInt64(address.sin_addr.s_addr)
      scope = 0
      port = UInt16(bigEndian: address.sin_port)
    case AF_INET6:
      let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
      let words = withUnsafeBytes(of: address.sin6_addr) {
        ($0.loadUnaligned(fromByteOffset: 0, as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      }
      isIPv6 = true
      (high, low) = words
      scope = address.sin6_scope_id
      port = UInt16(bigEndian: address.sin6_port)
    default:
      return nil
    }
  }

  /// The kernel's form of it, and its length.
  var storage: (sockaddr_storage, socklen_t) {
    var storage = sockaddr_storage()
    if isIPv6 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      address.sin6_scope_id = scope
      withUnsafeMutableBytes(of: &address.sin6_addr) {
        $0.storeBytes(of: high, as: UInt64.self)
        $0.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
      }
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
      return (storage, socklen_t(MemoryLayout<sockaddr_in6>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(truncatingIfNeeded: low)
    withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
    return (storage, socklen_t(MemoryLayout<sockaddr_in>.size))
  }

  /// The same address with another port.
  public func with(port: UInt16) -> SocketAddress {
    var copy = self
    copy.port = port
    return copy
  }

  /// Whether both have the same IP address, whatever their ports.
  public func hasSameHost(as other: SocketAddress) -> Bool {
    isIPv6 == other.isIPv6 && high == other.high && low == other.low
  }

  /// Whether nothing can be sent there: no address or no port (`c=0.0.0.0` is the old way to hold a call).
  public var isUnspecified: Bool { (high == 0 && low == 0) || port == 0 }

  /// Whether the address means something only inside the network of whoever wrote it: RFC 1918, RFC 6598, link-local,
  /// or IPv6 unique local. What such a peer sends comes from its NAT's address instead.
  public var isPrivate: Bool {
    if isIPv6 {
      let first = UInt8(truncatingIfNeeded: high)
      let second = UInt8(truncatingIfNeeded: high >> 8)
      return first & 0xFE == 0xFC || (first == 0xFE && second & 0xC0 == 0x80)
    }
    let address = UInt32(bigEndian: UInt32(truncatingIfNeeded: low))
    return address >> 24 == 10 || address >> 20 == 0xAC1 || address >> 16 == 0xC0A8 || address >> 16 == 0xA9FE
      || address >> 22 == 0x191
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `192.0.2.1:4000` or `[2001:db8::1]:4000`.
  public var description: String {
    isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// The address without its port.
  public var host: String {
    var text = [CChar](repeating: 0, count: 64)
    if isIPv6 {
      var words = (high, low)
      inet_ntop(AF_INET6, &words, &text, socklen_t(text.count))
    } else {
      var word = UInt32(truncatingIfNeeded: low)
      inet_ntop(AF_INET, &word, &text, socklen_t(text.count))
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
