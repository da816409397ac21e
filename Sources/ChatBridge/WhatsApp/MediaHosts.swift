import NetClient

/// Where the token may go when media is fetched: the address of media comes from outside, and whoever made one up would
/// be given the key to the account.
struct MediaHosts: Sendable {
  /// Meta's servers of media refuse requests without a usual one.
  static let userAgent = HTTPHeader("User-Agent", "Mozilla/5.0 (compatible; Assist)")
  private static let domains = ["fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net", "whatsapp.com"]

  private let base: HTTPOrigin?

  /// For an API at `baseURL`, whose own host may have it, too.
  init(baseURL: String) { base = HTTPOrigin(baseURL) }

  func mayHaveToken(_ address: String) -> Bool {
    guard let origin = HTTPOrigin(address) else { return false }
    if origin == base { return true }
    guard origin.scheme == "https", origin.port == 443 else { return false }
    return Self.domains.contains { origin.host == $0 || origin.host.hasSuffix("." + $0) }
  }

  /// `address` at the API's own host: services in between want media fetched through them (360dialog).
  func throughBase(_ address: String) -> String {
    guard let origin = HTTPOrigin(address), let base, origin != base, mayHaveToken(address) else { return address }
    return base.text + origin.target
  }
}
