internal import NIOCore
internal import NIOPosix
internal import SIPStack

#if canImport(Glibc)
  internal import Glibc
#endif

/// Names to addresses, by the system's resolver and off the event loop.
enum Resolver {
  /// The first address of `hop` in a family that there is a socket for.
  static func resolve(
    _ hop: Hop, allowsIPv4: Bool, allowsIPv6: Bool, on eventLoop: any EventLoop
  ) -> EventLoopFuture<HostPort> {
    if hop.address.isLiteral { return eventLoop.makeSucceededFuture(hop.address) }
    let address = hop.address
    return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
      let found = addresses(of: address).first { $0.host.contains(":") ? allowsIPv6 : allowsIPv4 }
      guard let found else { throw ResolverError.noAddress }
      return found
    }
  }

  /// All addresses of a name, in the system's order of preference. Blocks.
  private static func addresses(of address: HostPort) -> [HostPort] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address.host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var result: [HostPort] = []
    var entry = list
    while let current = entry?.pointee {
      entry = current.ai_next
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let status = getnameinfo(
        current.ai_addr, current.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      guard status == 0 else { continue }
      let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      result.append(HostPort(host: host, port: address.port))
    }
    return result
  }

  /// The address to show for a wildcard: of the first interface that is up and not the loopback, else the loopback.
  static func interfaceAddress(isIPv6: Bool) -> String {
    let devices = (try? System.enumerateDevices()) ?? []
    let addresses = devices.compactMap { HostPort($0.address)?.host }
    let ownFamily = addresses.filter { $0.contains(":") == isIPv6 }
    return ownFamily.first { !$0.hasPrefix("127.") && $0 != "::1" && !$0.lowercased().hasPrefix("fe80") }
      ?? (isIPv6 ? "::1" : "127.0.0.1")
  }
}

enum ResolverError: Error {
  case noAddress
}
