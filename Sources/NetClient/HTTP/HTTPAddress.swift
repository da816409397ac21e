/// The parts of an absolute URL that a connection needs.
struct HTTPAddress: Equatable {
  var scheme: String
  /// Without brackets.
  var host: String
  var port: Int
  /// Path and query, `/` at least.
  var target: String

  /// Nil unless `url` is absolute, of one of `schemes` and without user, control characters or spaces.
  init?(_ url: String, schemes: [String: Int]) {
    guard let colon = url.firstRange(of: "://") else { return nil }
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else { return nil }
    scheme = url[..<colon.lowerBound].lowercased()
    guard let defaultPort = schemes[scheme] else { return nil }
    let rest = url[colon.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.contains("@") else { return nil }
    let path = rest[end...].prefix { $0 != "#" }
    target = path.hasPrefix("/") ? String(path) : "/" + path
    let portText: Substring?
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      host = String(authority[authority.index(after: authority.startIndex)..<close])
      let tail = authority[authority.index(after: close)...]
      guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
      portText = tail.isEmpty ? nil : tail.dropFirst()
    } else {
      let pieces = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = pieces.first.map { String($0) } ?? ""
      portText = pieces.count > 1 ? pieces[1] : nil
    }
    guard !host.isEmpty else { return nil }
    if let portText {
      guard let number = UInt16(portText), number > 0 else { return nil }
      port = Int(number)
    } else {
      port = defaultPort
    }
  }

  /// Whether `host` is this machine by its very spelling.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1"
      || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 0x2e || ($0 >= 0x30 && $0 <= 0x39) })
  }
}
