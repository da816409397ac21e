#if canImport(Glibc)
  internal import Glibc
#endif

// What this machine's kernel says of its own addresses.

extension IPAddress {
  /// The address of this machine that packets to `other` would carry, as the kernel's routing table has it. Nil if no
  /// route leads there. Sends nothing and does not wait.
  public static func source(towards other: IPAddress) -> IPAddress? {
    let family = other.family == .v4 ? AF_INET : AF_INET6
    let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let (target, length) = SocketEndpoint(other, port: 9).storage()
    let isConnected = withUnsafeBytes(of: target) { bytes in
      bytes.bindMemory(to: sockaddr.self).baseAddress.map { connect(descriptor, $0, length) == 0 } ?? false
    }
    guard isConnected else { return nil }
    var own = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutableBytes(of: &own) { bytes in
      bytes.bindMemory(to: sockaddr.self).baseAddress.map { getsockname(descriptor, $0, &size) == 0 } ?? false
    }
    return isKnown ? SocketEndpoint(own)?.address : nil
  }

  /// The address of a family under which this machine is most likely known to others: of the first interface that is
  /// neither the loopback nor of one link alone. The loopback if there is no such.
  public static func ofThisMachine(_ family: Family) -> IPAddress {
    interfaces.first { $0.family == family && !$0.isLoopback && !$0.isLinkLocal }
      ?? (family == .v4 ? .loopback : IPAddress(high: 0, low: 1))
  }

  /// The addresses of all interfaces, in the kernel's order.
  private static var interfaces: [IPAddress] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var found: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard let address = entry.ifa_addr else { continue }
      let family = Int32(address.pointee.sa_family)
      guard family == AF_INET || family == AF_INET6 else { continue }
      var storage = sockaddr_storage()
      let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
      withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size)) }
      if let endpoint = SocketEndpoint(storage) { found.append(endpoint.address) }
    }
    return found
  }
}
