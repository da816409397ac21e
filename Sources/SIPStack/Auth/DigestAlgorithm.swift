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

/// The hash functions that digest needs; the stack has none of its own.
public struct DigestHash: Sendable {
  /// MD5 of the bytes: 16 bytes.
  public var md5: @Sendable ([UInt8]) -> [UInt8]
  /// SHA-256 of the bytes: 32 bytes.
  public var sha256: @Sendable ([UInt8]) -> [UInt8]

  /// The two functions.
  public init(
    md5: @escaping @Sendable ([UInt8]) -> [UInt8], sha256: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.md5 = md5
    self.sha256 = sha256
  }

  /// The hash of the text in lower-case hexadecimal.
  func hex(_ algorithm: DigestAlgorithm, _ text: String) -> String {
    switch algorithm {
    case .md5, .md5Session: hexText(md5(Array(text.utf8)))
    case .sha256, .sha256Session: hexText(sha256(Array(text.utf8)))
    }
  }

  /// H(A1) of a user (RFC 7616 section 3.4.2), which is all that a server need store.
  public func userHash(_ algorithm: DigestAlgorithm, username: String, realm: String, password: String) -> String {
    hex(algorithm, "\(username):\(realm):\(password)")
  }

  /// The response value (RFC 7616 section 3.4.1).
  /// - Parameters:
  ///   - userHash: H(A1) without a session key; see `userHash(_:username:realm:password:)`.
  ///   - quality: counter and client nonce when `qop=auth`; nil for a challenge without qop.
  func response(
    _ algorithm: DigestAlgorithm, userHash: String, nonce: String, method: Method, uri: String,
    quality: (count: UInt32, clientNonce: String)?
  ) -> String {
    var first = userHash
    if algorithm.isSession { first = hex(algorithm, "\(userHash):\(nonce):\(quality?.clientNonce ?? "")") }
    let second = hex(algorithm, "\(method.rawValue):\(uri)")
    guard let quality else { return hex(algorithm, "\(first):\(nonce):\(second)") }
    let count = countText(quality.count)
    return hex(algorithm, "\(first):\(nonce):\(count):\(quality.clientNonce):auth:\(second)")
  }
}

/// Lower-case hexadecimal digits.
func hexText(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// nc: eight hexadecimal digits.
func countText(_ count: UInt32) -> String {
  hexText([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) })
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
