import Net

/// The server's side of digest: makes challenges and verifies credentials (RFC 7616 section 5.4).
///
/// A nonce carries its own age and is sealed with a secret, so an unanswered challenge takes no memory. What is
/// remembered of a nonce that was used rightly are its counters, so that nothing is accepted twice.
public struct DigestServer: Sendable {
  /// What credentials are worth.
  public enum Verdict: Hashable, Sendable {
    /// The user knows the secret.
    case accepted(username: String)
    /// The secret is right, but the nonce is too old or was used with that count: challenge again with `stale`.
    case stale
    /// Unknown user, wrong secret, or a nonce that is not ours. From outside they all look the same.
    case rejected
  }

  /// The realm of all challenges.
  public let realm: String
  /// The algorithms offered, the strongest first.
  public let algorithms: [DigestAlgorithm]
  /// How long a nonce may be used. Default five minutes.
  public let lifetime: Duration

  private let secret: String
  private let epoch: Instant
  private var windows: [String: CounterWindow] = [:]
  private static let maximumWindows = 4096

  /// - Parameters:
  ///   - secret: at least 16 random bytes, new for each run of the process.
  ///   - epoch: any moment before the first use, such as the start of the process.
  public init(
    realm: String, algorithms: [DigestAlgorithm] = [.sha256, .md5], lifetime: Duration = .seconds(300),
    secret: [UInt8], epoch: Instant
  ) {
    self.realm = realm
    self.algorithms = algorithms
    self.lifetime = lifetime
    self.secret = Hex.text(secret)
    self.epoch = epoch
  }

  /// One challenge for each algorithm, each to be sent in a field of its own in this order (RFC 8760 section 2.3).
  /// - Parameter salt: random bytes, which keep nonces of the same moment apart.
  public func challenges(isStale: Bool = false, salt: [UInt8], at now: Instant) -> [DigestChallenge] {
    let age = max(0, (now - epoch).components.seconds)
    let stamp = "\(age)-\(Hex.text(salt.prefix(16)))"
    let nonce = "\(stamp)-\(seal(stamp))"
    return algorithms.map { DigestChallenge(realm: realm, nonce: nonce, algorithm: $0, isStale: isStale) }
  }

  /// Verifies credentials.
  /// - Parameter password: the secret of a user; nil for an unknown one, at the cost of the same computation.
  public mutating func verify(
    _ credentials: DigestCredentials, method: Method, at now: Instant, password: (String) -> String?
  ) -> Verdict {
    guard credentials.realm == realm, algorithms.contains(credentials.algorithm), credentials.quality == "auth",
      let count = credentials.count, let clientNonce = credentials.clientNonce, let issued = issued(credentials.nonce)
    else { return .rejected }
    let known = password(credentials.username)
    let userHash = credentials.algorithm.userHash(
      username: credentials.username, realm: realm, password: known ?? secret)
    let expected = credentials.algorithm.response(
      userHash: userHash, nonce: credentials.nonce, method: method, uri: credentials.uri,
      quality: (count, clientNonce))
    let isRight = Self.isEqual(expected, credentials.response.lowercasedASCII)
    guard known != nil, isRight else { return .rejected }
    let age = (now - epoch).components.seconds - issued
    guard age >= 0, age <= lifetime.components.seconds else { return .stale }
    return use(credentials.nonce, count: count, issued: issued, at: now)
      ? .accepted(username: credentials.username) : .stale
  }

  /// Notes a use of the nonce; false when that count was used before.
  private mutating func use(_ nonce: String, count: UInt32, issued: Int64, at now: Instant) -> Bool {
    if var window = windows[nonce] {
      guard window.insert(count) else { return false }
      windows[nonce] = window
      return true
    }
    if windows.count >= Self.maximumWindows { forgetExpired(at: now) }
    // Full of nonces that are still good: better no new one than to forget what was used.
    guard windows.count < Self.maximumWindows else { return false }
    var window = CounterWindow(issued: issued)
    guard window.insert(count) else { return false }
    windows[nonce] = window
    return true
  }

  private mutating func forgetExpired(at now: Instant) {
    let oldest = (now - epoch).components.seconds - lifetime.components.seconds
    windows = windows.filter { $0.value.issued >= oldest }
  }

  private func seal(_ stamp: String) -> String {
    // The strongest hash there is, inside and outside, so that nothing can be appended.
    let inner = DigestAlgorithm.sha256.hash("\(secret):\(stamp)")
    return String(decoding: DigestAlgorithm.sha256.hash("\(secret):\(inner)").utf8.prefix(32), as: UTF8.self)
  }

  /// When the nonce was issued, in seconds since the epoch; nil when it is none of ours.
  private func issued(_ nonce: String) -> Int64? {
    guard nonce.utf8.count <= 128 else { return nil }
    let parts = nonce.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
      .map { String(wire: $0) }
    guard parts.count == 3, let age = decimal(parts[0], maximum: UInt64(Int64.max)),
      Self.isEqual(seal("\(parts[0])-\(parts[1])"), parts[2])
    else { return nil }
    return Int64(age)
  }

  /// Takes the same time wherever the texts differ.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    HMAC.equal(Array(left.utf8), Array(right.utf8))
  }
}

/// Which of the latest 64 counts of a nonce were used: requests over UDP may overtake each other.
private struct CounterWindow: Sendable {
  let issued: Int64
  private var highest: UInt32 = 0
  private var seen: UInt64 = 0

  init(issued: Int64) { self.issued = issued }

  /// False when the count is 0, was used before, or is too far back to tell.
  mutating func insert(_ count: UInt32) -> Bool {
    guard count > 0 else { return false }
    if count > highest {
      let distance = count - highest
      seen = distance < 64 ? seen << UInt64(distance) | 1 : 1
      highest = count
      return true
    }
    let distance = highest - count
    guard distance < 64 else { return false }
    let bit = UInt64(1) << UInt64(distance)
    guard seen & bit == 0 else { return false }
    seen |= bit
    return true
  }
}
