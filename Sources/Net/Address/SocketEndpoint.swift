#if canImport(Glibc)
  public import Glibc
#endif

/// An IP address and a port: one end of a flow. A plain value of fixed size.
///
/// Media path: neither comparing nor converting it allocates.
public struct SocketEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// The address.
  public var address: IPAddress
  /// The port, in host order; 0 when there is none, or when the kernel shall choose one.
  public var port: UInt16

  /// `address` and `port` as they are.
  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Reads `127.0.0.1:8080` or `[::1]:8080`; without a port it is `defaultPort`. Nil for names, and without a port if
  /// there is no default.
  public init?(_ text: some StringProtocol, defaultPort: UInt16? = nil) {
    var host = Substring(text)
    var port = defaultPort
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return nil }
      let rest = host[host.index(after: end)...]
      host = host[host.index(after: host.startIndex)..<end]
      guard host.utf8.contains(UInt8(ascii: ":")) else { return nil }
      if !rest.isEmpty {
        guard rest.hasPrefix(":"), let number = Self.port(rest.dropFirst()) else { return nil }
        port = number
      }
    } else if let colon = host.lastIndex(of: ":") {
      guard let number = Self.port(host[host.index(after: colon)...]) else { return nil }
      port = number
      host = host[..<colon]
      guard !host.utf8.contains(UInt8(ascii: ":")) else { return nil }
    }
    guard let port, let address = IPAddress(host) else { return nil }
    self.init(address, port: port)
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt16(text)
  }

  /// The same address with another port.
  public func with(port: UInt16) -> SocketEndpoint { SocketEndpoint(address, port: port) }

  /// Whether nothing can be sent there: no address or no port (`c=0.0.0.0` is the old way to hold a call).
  public var isUnspecified: Bool { address.isUnspecified || port == 0 }

  /// The form `192.0.2.1:4000` or `[2001:db8::1]:4000`.
  public var description: String { HostPort(self).description }
}

// MARK: As the kernel has it

extension SocketEndpoint {
  /// What the kernel gave; nil for another family.
  public init?(_ storage: sockaddr_storage) {
    switch Int32(storage.ss_family) {
    case AF_INET:
      let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
      self.init(IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)), port: UInt16(bigEndian: address.sin_port))
    case AF_INET6:
      let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
      let (high, low) = withUnsafeBytes(of: address.sin6_addr) {
        ($0.loadUnaligned(fromByteOffset: 0, as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      }
      self.init(
        IPAddress(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low), zone: address.sin6_scope_id),
        port: UInt16(bigEndian: address.sin6_port))
    default:
      return nil
    }
  }

  /// The kernel's form of it, and its length. `mapped` writes IPv4 as a socket for both families wants it.
  public func storage(mapped: Bool = false) -> (sockaddr_storage, socklen_t) {
    var storage = sockaddr_storage()
    guard address.family == .v6 || mapped else {
      var internet = sockaddr_in()
      internet.sin_family = sa_family_t(AF_INET)
      internet.sin_port = port.bigEndian
      internet.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: internet, as: sockaddr_in.self) }
      return (storage, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    let low = address.family == .v4 ? 0xFFFF_0000_0000 | address.low : address.low
    var internet = sockaddr_in6()
    internet.sin6_family = sa_family_t(AF_INET6)
    internet.sin6_port = port.bigEndian
    internet.sin6_scope_id = address.zone
    withUnsafeMutableBytes(of: &internet.sin6_addr) {
      $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
      $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: internet, as: sockaddr_in6.self) }
    return (storage, socklen_t(MemoryLayout<sockaddr_in6>.size))
  }
}
