import NetClient

/// Which hosts may be asked for what: the address of media comes from outside, and whoever made one up would be given
/// the key to the account.
struct TwilioHosts: Sendable {
  private static let twilio = HTTPOrigin("https://api.twilio.com")

  private let baseURL: String
  private let base: HTTPOrigin?

  /// For an API at `baseURL`, whose own host may have the key, too.
  init(baseURL: String) {
    self.baseURL = baseURL
    base = HTTPOrigin(baseURL)
  }

  func mayHaveKey(_ address: String) -> Bool {
    guard let origin = HTTPOrigin(address) else { return false }
    return origin == base || origin == Self.twilio
  }

  /// Where a redirect from `address` leads; nil for where it must not be followed: anything but HTTPS, except between
  /// servers on this very machine.
  func target(of location: String, from address: String) -> String? {
    let isPath = location.hasPrefix("/") && !location.hasPrefix("//")
    let absolute = isPath ? (HTTPOrigin(address)?.text ?? "") + location : location
    guard let origin = HTTPOrigin(absolute) else { return nil }
    if origin.scheme == "https" { return absolute }
    guard let base, base.scheme == "http", base.isLoopback, origin.isLoopback else { return nil }
    return absolute
  }

  /// Where typing is shown: Twilio has a host of its own for it, in each of its regions.
  var typingURL: String {
    let path = "/v2/Indicators/Typing.json"
    guard let base, base.host.hasPrefix("api."), base.host.hasSuffix(".twilio.com") else { return baseURL + path }
    return "\(base.scheme)://messaging.\(base.host.dropFirst(4))\(path)"
  }
}
