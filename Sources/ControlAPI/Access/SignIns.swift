import ChatBridge
import Coordination
import Desk
import HTTPTypes
import Logging
import Net
import Settings
import Store

/// Who is signed in at the console.
///
/// A session's secret is in the browser's cookie alone; the store has its digest, so that nobody who reads the store can
/// be someone else.
package final class SignIns: Sendable {
  /// A session ends so long after it began, whatever happens.
  static let longest = Duration.seconds(12 * 3600)
  /// And so long after it was last used.
  static let idle = Duration.seconds(2 * 3600)
  /// How often its use is written down.
  private static let touchEvery = Duration.seconds(60)
  static let cookie = "assist_session"
  /// How long the link that is printed at the start is good.
  static let linkLifetime = Duration.seconds(3600)

  /// Why somebody is not signed in.
  enum Failure: Error, Equatable {
    case badCredentials
    case tooMany(wait: Duration)
  }

  /// A session that has begun.
  struct Opened {
    var principal: Principal
    /// What the browser keeps.
    var secret: String
  }

  private struct Link {
    var digest: String
    var expiresAt: Timestamp
  }

  private let people: [String: (person: Person, password: Secret)]
  private let book: any SessionBook & AuditBook
  private let clock: any TimestampClock
  private let logger: Logger
  private let limiter = Locked(SignInLimiter())
  private let link = Locked<Link?>(nil)
  /// Who comes by the link: there is no configuration that names anybody.
  static let operatorName = "admin"

  init(
    people: [PersonConfiguration], book: any SessionBook & AuditBook, clock: any TimestampClock,
    logger: Logger = Logger(label: "assist.access")
  ) {
    self.people = Dictionary(
      people.map { ($0.person.username, ($0.person, $0.password)) }, uniquingKeysWith: { first, _ in first })
    self.book = book
    self.logger = logger
    self.clock = clock
  }

  // MARK: Signing in

  /// A secret that signs in once, as a supervisor.
  package func makeLink() -> String {
    let secret = RandomText.make()
    link.withLock {
      $0 = Link(digest: Self.digest(secret), expiresAt: clock.now.advanced(by: Self.linkLifetime))
    }
    return secret
  }

  func signIn(username: String, password: String, address: String, agent: String) async throws -> Opened {
    let now = clock.now
    if let wait = limiter.withLock({ $0.wait(name: username, address: address, at: now) }) {
      throw Failure.tooMany(wait: wait)
    }
    let known = people[username]
    // Someone who is not known takes as long as someone who is.
    let expected = Self.digest(known?.password.value ?? RandomText.make())
    let isRight = HMAC.equal(Array(expected.utf8), Array(Self.digest(password).utf8))
    guard let known, isRight else {
      limiter.withLock { $0.failed(name: username, address: address, at: now) }
      do {
        try await book.audit(
          NewAudit(at: now, who: String(username.prefix(100)), action: "session.refused", address: address))
      } catch {
        // Whoever is refused learns nothing of our troubles.
        logger.error("a refusal can't be written down", metadata: ["reason": "\(error)"])
      }
      throw Failure.badCredentials
    }
    limiter.withLock { $0.succeeded(name: username) }
    return try await open(known.person, address: address, agent: agent)
  }

  func signIn(link secret: String, address: String, agent: String) async throws -> Opened {
    let now = clock.now
    if let wait = limiter.withLock({ $0.wait(name: "", address: address, at: now) }) {
      throw Failure.tooMany(wait: wait)
    }
    let digest = Self.digest(secret)
    let isGood = link.withLock { link in
      guard let known = link, known.expiresAt > now, HMAC.equal(Array(known.digest.utf8), Array(digest.utf8)) else {
        return false
      }
      link = nil
      return true
    }
    guard isGood else {
      limiter.withLock { $0.failed(name: "", address: address, at: now) }
      throw Failure.badCredentials
    }
    return try await open(
      Person(username: Self.operatorName, name: Self.operatorName, role: .supervisor), address: address, agent: agent)
  }

  private func open(_ person: Person, address: String, agent: String) async throws -> Opened {
    let now = clock.now
    let secret = RandomText.make()
    let session = SessionRecord(
      id: RecordID.make("ses", at: now), tokenDigest: Self.digest(secret), person: person.username,
      role: person.role.rawValue, createdAt: now, lastSeenAt: now, expiresAt: now.advanced(by: Self.longest),
      address: address, agent: String(agent.prefix(200)))
    try await book.open(session)
    try await book.audit(
      NewAudit(at: now, who: person.username, action: "session.opened", subject: session.id, address: address))
    return Opened(principal: Principal(person, session: session.id), secret: secret)
  }

  // MARK: Being signed in

  /// Who has the session of `secret`; nil if it is over, or its person is not configured any more.
  func principal(of secret: String) async throws -> Principal? {
    guard (1...200).contains(secret.utf8.count) else { return nil }
    let now = clock.now
    guard let session = try await book.session(digest: Self.digest(secret), at: now),
      session.lastSeenAt.duration(to: now) <= Self.idle, let person = person(of: session)
    else { return nil }
    if session.lastSeenAt.duration(to: now) >= Self.touchEvery { try await book.touch(session.id, at: now) }
    return Principal(person, session: session.id)
  }

  private func person(of session: SessionRecord) -> Person? {
    if let known = people[session.person] { return known.person }
    guard session.person == Self.operatorName, people.isEmpty else { return nil }
    return Person(username: session.person, name: session.person, role: .supervisor)
  }

  /// What a page shows with each request that changes something: whoever makes a browser send the cookie does not know it.
  static func csrf(_ secret: String) -> String {
    Hex.text(HMAC.sha256(key: Array(secret.utf8), Array("csrf".utf8)))
  }

  private static func digest(_ secret: String) -> String {
    Hex.text(HMAC.sha256(key: Array("assist session".utf8), Array(secret.utf8)))
  }
}

/// Texts that nobody can guess.
enum RandomText {
  /// 256 random bits in hexadecimal digits.
  static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return Hex.text((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }
}

extension SignIns.Failure: APIErrorConvertible {
  var apiError: APIError {
    switch self {
    case .badCredentials:
      return APIError(
        status: .unauthorized, code: "bad_credentials",
        message: "the name or the password is wrong, or the link is used")
    case .tooMany(let wait):
      let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
      var error = APIError(
        status: .tooManyRequests, code: "too_many_attempts", message: "try again in \(seconds) s")
      error.retryAfter = seconds
      return error
    }
  }
}
