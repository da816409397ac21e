import Net

/// A user name and password.
public struct SIPCredentials: Sendable, Hashable {
  /// The user.
  public var username: String
  /// The secret; never logged.
  public var password: String

  /// A user and the secret.
  public init(username: String, password: String) {
    self.username = username
    self.password = password
  }
}

/// Digest authentication on both sides of the user agent: who may call, and our answers to challenges.
struct UserAgentAuthentication: Sendable {
  enum Verdict: Sendable {
    case accepted(Admission)
    /// `isAnswered`: the request answers one already, and not well.
    case challenge([(HeaderName, String)], isAnswered: Bool)
    case refused
  }

  private let policy: AdmissionPolicy
  private let passwords: [String: String]
  private var server: DigestServer
  private var clients: [CallHandle: DigestClient] = [:]

  init(policy: AdmissionPolicy, secret: [UInt8], epoch: Instant) {
    self.policy = policy
    passwords = Dictionary(policy.users.map { ($0.username, $0.password) }) { first, _ in first }
    server = DigestServer(realm: policy.realm, secret: secret, epoch: epoch)
  }

  /// Whether `request` from `address` is let in. Who is unknown and who has a wrong secret get the same answer.
  mutating func admit(_ request: SIPRequest, from address: IPAddress, salt: [UInt8], at now: Instant) -> Verdict {
    switch policy.decide(from: address) {
    case .accept(let admission): return .accepted(admission)
    case .refuse: return .refused
    case .challenge: break
    }
    let passwords = passwords
    var isStale = false
    var isAnswered = false
    for field in request.headers.all(.authorization).prefix(4) {
      guard let credentials = DigestCredentials(field), credentials.realm == policy.realm else { continue }
      let verdict = server.verify(credentials, method: request.method, at: now) { passwords[$0] }
      switch verdict {
      case .accepted(let username):
        return .accepted(.user(username))
      case .stale: isStale = true
      case .rejected: isAnswered = true
      }
    }
    return .challenge(
      server.challenges(isStale: isStale, salt: salt, at: now).map { (.wwwAuthenticate, $0.description) },
      isAnswered: isAnswered && !isStale)
  }

  /// Keeps credentials for a call of ours.
  mutating func keep(_ credentials: SIPCredentials, for call: CallHandle) {
    clients[call] = DigestClient(username: credentials.username, password: credentials.password)
  }

  mutating func forget(_ call: CallHandle) {
    clients[call] = nil
  }

  /// The header field that answers the challenge of `response`; nil when that can't be done.
  mutating func answer(
    _ response: SIPResponse, to request: SIPRequest, of call: CallHandle, clientNonce: String
  ) -> (HeaderName, String)? {
    let isProxy = response.status == 407
    let challenges = response.headers.all(isProxy ? .proxyAuthenticate : .wwwAuthenticate).prefix(8)
      .compactMap { DigestChallenge($0) }
    guard clients[call]?.take(challenges) ?? false,
      let credentials = clients[call]?.credentials(
        method: request.method, uri: request.uri, clientNonce: clientNonce)
    else { return nil }
    return (isProxy ? .proxyAuthorization : .authorization, credentials.description)
  }
}

extension UserAgent {
  /// More tries than this, of 401 and 407 together, are pointless.
  private static let maximumAttempts = 2

  /// Sends a challenged request again with credentials; false when the challenge is to be taken as a refusal.
  mutating func retryWithCredentials(_ record: ClientRecord, _ response: SIPResponse, at now: Instant) -> Bool {
    guard record.authenticationAttempts < Self.maximumAttempts, let old = record.request.cSeq,
      calls[record.call]?.mayRepeat(record.purpose) ?? false,
      let field = authentication.answer(
        response, to: record.request, of: record.call, clientNonce: tokens.tag()),
      let number = calls[record.call]?.renumber(record.purpose, from: old.number)
    else { return false }
    var request = record.request
    request.headers.remove(.via)
    request.headers.remove(.userAgent)
    request.headers.remove(field.0)
    request.headers.append(field.0, field.1)
    request.cSeq = CSeq(number: number, method: old.method)
    start(
      request, to: record.destination, for: record.call, record.purpose,
      attempts: record.authenticationAttempts + 1, at: now)
    return true
  }
}

extension CallSession {
  /// Whether a challenged request still has a purpose.
  func mayRepeat(_ purpose: ClientPurpose) -> Bool {
    switch (purpose, phase) {
    case (.invite, .calling(let invite)):
      if case .none = invite.cancellation { true } else { false }
    case (.reinvite, .established), (.refer, .established), (.info, .established), (.notify, .established),
      (.bye, .leaving):
      true
    default: false
    }
  }

  /// The CSeq number under which a request goes out again.
  mutating func renumber(_ purpose: ClientPurpose, from old: UInt32) -> UInt32? {
    guard purpose != .invite else { return old &+ 1 }
    guard let number = dialog?.takeSequence() else { return nil }
    if purpose == .refer { referRenumbered(from: old, to: number) }
    return number
  }
}
