import Glibc

/// An address and port to listen on.
struct SocketEndpoint: Sendable, Equatable, CustomStringConvertible {
  /// An IP address without brackets.
  var host: String
  var port: Int

  var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether only programs on this machine reach it.
  var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

  /// Whether the address is IPv6.
  var isIPv6: Bool { host.contains(":") }

  /// Reads `127.0.0.1:8080` or `[::1]:8080`; without a port it is `defaultPort`.
  init?(_ text: some StringProtocol, defaultPort: Int? = nil) {
    var host = text[...]
    var port = defaultPort
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return nil }
      let rest = host[host.index(after: end)...]
      host = host[host.index(after: host.startIndex)..<end]
      if !rest.isEmpty {
        guard rest.hasPrefix(":"), let number = Self.port(rest.dropFirst()) else { return nil }
        port = number
      }
    } else if let colon = host.lastIndex(of: ":") {
      guard let number = Self.port(host[host.index(after: colon)...]) else { return nil }
      port = number
      host = host[..<colon]
    }
    guard let port, IPAddress(String(host)) != nil else { return nil }
    self.host = String(host)
    self.port = port
  }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  private static func port(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text), port <= 65_535
    else { return nil }
    return port
  }
}

/// An IPv4 or IPv6 address as its bytes.
struct IPAddress: Sendable, Hashable {
  /// 4 or 16 bytes, the first the highest.
  let bytes: [UInt8]

  /// Reads an address without brackets, port or zone.
  init?(_ text: String) {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    bytes = withUnsafeBytes(of: six) { Array($0) }
  }
}
