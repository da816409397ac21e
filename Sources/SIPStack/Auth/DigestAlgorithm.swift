import Net

/// A digest algorithm (RFC 7616, RFC 8760).
public enum DigestAlgorithm: String, Hashable, Sendable, CaseIterable {
  /// MD5.
  case md5 = "MD5"
  /// MD5 with a session key.
  case md5Session = "MD5-sess"
  /// SHA-256.
  case sha256 = "SHA-256"
  /// SHA-256 with a session key.
  case sha256Session = "SHA-256-sess"

  /// The algorithm of that name, in any case.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.rawValue.equalsIgnoringCase(name) }) else { return nil }
    self = found
  }

  var isSession: Bool { self == .md5Session || self == .sha256Session }

  /// Higher is stronger.
  var strength: Int { self == .sha256 || self == .sha256Session ? 2 : 1 }
}

extension DigestAlgorithm {
  /// The hash of the text in lower-case hexadecimal.
  func hash(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return switch self {
    case .md5, .md5Session: Hex.text(Digest.md5(bytes))
    case .sha256, .sha256Session: Hex.text(Digest.sha256(bytes))
    }
  }

  /// H(A1) of a user (RFC 7616 section 3.4.2), which is all that a server need store.
  public func userHash(username: String, realm: String, password: String) -> String {
    hash("\(username):\(realm):\(password)")
  }

  /// The response value (RFC 7616 section 3.4.1).
  /// - Parameters:
  ///   - userHash: H(A1) without a session key; see `userHash(username:realm:password:)`.
  ///   - quality: counter and client nonce when `qop=auth`; nil for a challenge without qop.
  func response(
    userHash: String, nonce: String, method: Method, uri: String, quality: (count: UInt32, clientNonce: String)?
  ) -> String {
    var first = userHash
    if isSession { first = hash("\(userHash):\(nonce):\(quality?.clientNonce ?? "")") }
    let second = hash("\(method.rawValue):\(uri)")
    guard let quality else { return hash("\(first):\(nonce):\(second)") }
    let count = countText(quality.count)
    return hash("\(first):\(nonce):\(count):\(quality.clientNonce):auth:\(second)")
  }
}

/// nc: eight hexadecimal digits.
func countText(_ count: UInt32) -> String {
  Hex.text([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) })
}

/// The parameters of a `Digest` challenge or credentials.
struct DigestFields {
  private var values: [String: String] = [:]

  /// Nil when the scheme is another or the text is malformed. Of a repeated parameter the first counts.
  init?(_ text: String) {
    var cursor = ByteCursor(text.trimmedLinearSpace)
    guard let scheme = cursor.takeToken(), scheme.equalsIgnoringCase("Digest") else { return nil }
    guard let elements = splitList(cursor.takeRest()) else { return nil }
    for element in elements where !element.isEmpty {
      var field = ByteCursor(element)
      guard let name = field.takeToken()?.lowercasedASCII, field.skipSeparator(UInt8(ascii: "=")) else { return nil }
      if values[name] == nil { values[name] = field.takeRest().unquoted }
    }
  }

  subscript(name: String) -> String? { values[name] }
}
