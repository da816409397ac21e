/// A challenge: the value of WWW-Authenticate or Proxy-Authenticate (RFC 7616 section 3.3).
public struct DigestChallenge: Hashable, Sendable, CustomStringConvertible {
  /// Which users are meant.
  public var realm: String
  /// To be hashed into the response.
  public var nonce: String
  /// To be sent back as it is.
  public var opaque: String?
  /// MD5 when it is not written.
  public var algorithm: DigestAlgorithm
  /// Whether the algorithm is written.
  public var namesAlgorithm: Bool
  /// The qualities of protection in lower case; none in an old challenge (RFC 2069).
  public var qualities: [String]
  /// Whether the nonce was too old and the secret right.
  public var isStale: Bool

  /// A challenge from its parts, with `qop=auth`.
  public init(
    realm: String, nonce: String, opaque: String? = nil, algorithm: DigestAlgorithm, qualities: [String] = ["auth"],
    isStale: Bool = false
  ) {
    self.realm = realm
    self.nonce = nonce
    self.opaque = opaque
    self.algorithm = algorithm
    self.namesAlgorithm = true
    self.qualities = qualities
    self.isStale = isStale
  }

  /// Reads a challenge; nil for another scheme, an unknown algorithm or malformed text.
  public init?(_ text: String) {
    guard let fields = DigestFields(text), let realm = fields["realm"], let nonce = fields["nonce"] else { return nil }
    guard let algorithm = DigestAlgorithm(name: fields["algorithm"] ?? "MD5") else { return nil }
    let qualities = (fields["qop"] ?? "").utf8.split { $0 == 0x2C || $0.isLinearSpace }
    self.init(
      realm: realm, nonce: nonce, opaque: fields["opaque"], algorithm: algorithm,
      qualities: qualities.map { String(wire: $0).lowercasedASCII },
      isStale: fields["stale"]?.equalsIgnoringCase("true") ?? false)
    namesAlgorithm = fields["algorithm"] != nil
  }

  /// Whether we can respond: `qop` is absent or offers `auth`.
  public var isUsable: Bool { qualities.isEmpty || qualities.contains("auth") }

  /// The strongest of several challenges that we can respond to; of equal ones the first (RFC 8760 section 2.4).
  public static func strongest(of challenges: [DigestChallenge]) -> DigestChallenge? {
    let usable = challenges.filter(\.isUsable)
    guard let best = usable.map(\.algorithm.strength).max() else { return nil }
    return usable.first { $0.algorithm.strength == best }
  }

  /// The field's value.
  public var description: String {
    var text = "Digest realm=\(realm.quoted), nonce=\(nonce.quoted)"
    if let opaque { text += ", opaque=\(opaque.quoted)" }
    if isStale { text += ", stale=true" }
    text += ", algorithm=\(algorithm.rawValue)"
    if !qualities.isEmpty { text += ", qop=\(qualities.joined(separator: ",").quoted)" }
    return text.singleLine
  }
}
