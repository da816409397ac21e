internal import NIOCore
internal import SIPStack

extension HostPort {
  /// The address as the stack sees it: IPv4 also when it came mapped into IPv6.
  init?(_ address: SocketAddress?) {
    guard let address, let host = address.ipAddress, let port = address.port else { return nil }
    let mapped = "::ffff:"
    let isMapped = host.lowercased().hasPrefix(mapped) && host.contains(".")
    self.init(host: isMapped ? String(host.dropFirst(mapped.count)) : host, port: UInt16(exactly: port) ?? 0)
  }

  /// The address for a socket of the given family, nil when the host is a name.
  func socketAddress(forIPv6Socket isIPv6: Bool) -> SocketAddress? {
    let host = isIPv6 && !self.host.contains(":") ? "::ffff:" + self.host : self.host
    do { return try SocketAddress(ipAddress: host, port: Int(port)) } catch { return nil }
  }

  /// Whether the host is an address literal.
  var isLiteral: Bool { socketAddress(forIPv6Socket: false) != nil }

  /// Whether the address stands for all of the machine's.
  var isWildcard: Bool { host == "0.0.0.0" || host == "::" }
}

extension TimeAmount {
  /// As long as `duration`, at least nothing.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !whole.overflow else {
      self = .hours(24 * 365)
      return
    }
    self = .nanoseconds(max(0, whole.partialValue &+ attoseconds / 1_000_000_000))
  }
}
