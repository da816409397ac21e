/// Whom a URL talks to: scheme, host and port (RFC 6454).
public struct HTTPOrigin: Sendable, Hashable {
  /// `http` or `https`.
  public let scheme: String
  /// In lower case, without brackets.
  public let host: String
  /// As written, or the scheme's own.
  public let port: Int
  /// Path and query of the URL; no part of its identity.
  public let target: String

  /// Nil unless `url` is absolute, http or https, names no user, and its host is an address or a name of ASCII letters,
  /// digits, `-`, `_` and `.`: what else stands there, one program reads in one way and the next in another.
  public init?(_ url: String) {
    guard let address = HTTPAddress(url, schemes: ["http": 80, "https": 443]),
      address.host.utf8.allSatisfy({ $0.isHostByte || $0 == UInt8(ascii: ":") })
    else { return nil }
    scheme = address.scheme
    host = address.host.lowercased()
    port = address.port
    target = address.target
  }

  /// Without path, e.g. `https://graph.facebook.com`.
  public var text: String {
    let host = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == "https" ? 443 : 80) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
  }

  /// Whether the host is this machine by its very spelling.
  public var isLoopback: Bool { HTTPAddress.isLoopback(host) }

  /// By scheme, host and port.
  public static func == (left: HTTPOrigin, right: HTTPOrigin) -> Bool {
    left.scheme == right.scheme && left.host == right.host && left.port == right.port
  }

  /// By scheme, host and port.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(scheme)
    hasher.combine(host)
    hasher.combine(port)
  }
}

extension UInt8 {
  fileprivate var isHostByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
