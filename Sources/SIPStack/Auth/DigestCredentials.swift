/// Credentials: the value of Authorization or Proxy-Authorization (RFC 7616 section 3.4).
public struct DigestCredentials: Hashable, Sendable, CustomStringConvertible {
  /// The user.
  public var username: String
  /// The realm of the challenge.
  public var realm: String
  /// The nonce of the challenge.
  public var nonce: String
  /// The URI that was hashed.
  public var uri: String
  /// The proof in hexadecimal.
  public var response: String
  /// MD5 when it is not written.
  public var algorithm: DigestAlgorithm
  /// Whether the algorithm is written.
  public var namesAlgorithm: Bool
  /// The opaque of the challenge.
  public var opaque: String?
  /// `auth`, or nil for a challenge without qop.
  public var quality: String?
  /// How often the nonce was used, from 1.
  public var count: UInt32?
  /// The client's nonce.
  public var clientNonce: String?

  /// Reads credentials; nil for another scheme, an unknown algorithm or malformed text.
  public init?(_ text: String) {
    guard let fields = DigestFields(text), let username = fields["username"], let realm = fields["realm"],
      let nonce = fields["nonce"], let uri = fields["uri"], let response = fields["response"],
      let algorithm = DigestAlgorithm(name: fields["algorithm"] ?? "MD5")
    else { return nil }
    self.username = username
    self.realm = realm
    self.nonce = nonce
    self.uri = uri
    self.response = response
    self.algorithm = algorithm
    namesAlgorithm = fields["algorithm"] != nil
    opaque = fields["opaque"]
    quality = fields["qop"]?.lowercasedASCII
    clientNonce = fields["cnonce"]
    if let count = fields["nc"] {
      guard count.utf8.count == 8, let value = UInt32(count, radix: 16) else { return nil }
      self.count = value
    }
  }

  /// Responds to a challenge; nil when it asks for a quality other than `auth`.
  /// - Parameters:
  ///   - count: 1 for the first use of the nonce, then one more each time.
  ///   - clientNonce: random text without quotes.
  public init?(
    answering challenge: DigestChallenge, method: Method, uri: String, username: String, password: String,
    count: UInt32, clientNonce: String
  ) {
    guard challenge.isUsable else { return nil }
    self.username = username
    realm = challenge.realm
    nonce = challenge.nonce
    self.uri = uri
    algorithm = challenge.algorithm
    namesAlgorithm = challenge.namesAlgorithm
    opaque = challenge.opaque
    var proof: (UInt32, String)?
    if !challenge.qualities.isEmpty {
      quality = "auth"
      self.count = count
      self.clientNonce = clientNonce
      proof = (count, clientNonce)
    } else if challenge.algorithm.isSession {
      // The session key needs a client nonce, with or without qop.
      self.clientNonce = clientNonce
    }
    var userHash = challenge.algorithm.userHash(username: username, realm: challenge.realm, password: password)
    var plain = challenge.algorithm
    if plain.isSession, proof == nil {
      userHash = plain.hash("\(userHash):\(challenge.nonce):\(clientNonce)")
      plain = plain == .md5Session ? .md5 : .sha256
    }
    response = plain.response(
      userHash: userHash, nonce: challenge.nonce, method: method, uri: uri, quality: proof)
  }

  /// The field's value.
  public var description: String {
    var text = "Digest username=\(username.quoted), realm=\(realm.quoted), nonce=\(nonce.quoted), uri=\(uri.quoted)"
    text += ", response=\(response.quoted)"
    if namesAlgorithm { text += ", algorithm=\(algorithm.rawValue)" }
    if let clientNonce { text += ", cnonce=\(clientNonce.quoted)" }
    if let opaque { text += ", opaque=\(opaque.quoted)" }
    if let quality { text += ", qop=\(quality)" }
    if let count { text += ", nc=\(countText(count))" }
    return text.singleLine
  }
}

/// The client's side of digest with one peer: keeps the last challenge and counts the uses of its nonce.
public struct DigestClient: Sendable {
  private let username: String
  private let password: String
  private var challenge: DigestChallenge?
  private var count: UInt32 = 0

  /// A client that has not been challenged yet.
  public init(username: String, password: String) {
    self.username = username
    self.password = password
  }

  /// Takes the strongest of the challenges; false when there is none to respond to.
  ///
  /// A new nonce is worth another try even when it is not called stale; the same one again means a wrong secret.
  public mutating func take(_ challenges: [DigestChallenge]) -> Bool {
    guard let best = DigestChallenge.strongest(of: challenges) else { return false }
    if let challenge, challenge.nonce == best.nonce, challenge.realm == best.realm, !best.isStale { return false }
    challenge = best
    count = 0
    return true
  }

  /// The credentials for a request; nil before the first challenge.
  /// - Parameter clientNonce: random text without quotes, new for each request.
  public mutating func credentials(method: Method, uri: URI, clientNonce: String) -> DigestCredentials? {
    guard let challenge else { return nil }
    count &+= 1
    return DigestCredentials(
      answering: challenge, method: method, uri: uri.description, username: username, password: password,
      count: count, clientNonce: clientNonce)
  }
}
