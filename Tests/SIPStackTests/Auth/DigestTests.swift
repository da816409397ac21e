import Net
import SIPStack
import Testing

@Suite("Digest")
struct DigestTests {
  private static let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
  private static let clientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

  @Test(
    "the examples of RFC 7616",
    arguments: [
      (DigestAlgorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
      (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
  func examples(_ algorithm: DigestAlgorithm, _ response: String) throws {
    let challenge = try #require(
      DigestChallenge(
        """
        Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=\(algorithm.rawValue), \
        nonce="\(Self.nonce)", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
        """))
    let credentials = try #require(
      DigestCredentials(
        answering: challenge, method: Method(rawValue: "GET"), uri: "/dir/index.html", username: "Mufasa",
        password: "Circle of Life", count: 1, clientNonce: Self.clientNonce))
    #expect(credentials.response == response)
    #expect(credentials.opaque == challenge.opaque)
    #expect(credentials.description.hasSuffix("qop=auth, nc=00000001"))
    #expect(DigestCredentials(credentials.description) == credentials)
  }

  private func composed(_ challenge: String) throws -> String {
    let challenge = try #require(DigestChallenge(challenge))
    let credentials = try #require(
      DigestCredentials(
        answering: challenge, method: .invite, uri: "sip:h", username: "u", password: "p", count: 10, clientNonce: "c"))
    return credentials.response
  }

  private func md5(_ text: String) -> String { Hex.text(Digest.md5(Array(text.utf8))) }
  private func sha256(_ text: String) -> String { Hex.text(Digest.sha256(Array(text.utf8))) }

  @Test("what is hashed follows qop and -sess")
  func composition() throws {
    let user = md5("u:r:p")
    let request = md5("INVITE:sip:h")
    #expect(try composed("Digest realm=\"r\", nonce=\"n\"") == md5("\(user):n:\(request)"))
    #expect(
      try composed("Digest realm=\"r\",nonce=\"n\",qop=\"auth\"") == md5("\(user):n:0000000a:c:auth:\(request)"))
    let session = md5("\(user):n:c")
    #expect(
      try composed("digest realm=r, nonce=n, qop=auth, algorithm=md5-sess")
        == md5("\(session):n:0000000a:c:auth:\(request)"))
    let strong = sha256("\(sha256("u:r:p")):n:c")
    #expect(
      try composed("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256-sess")
        == sha256("\(strong):n:\(sha256("INVITE:sip:h"))"))
  }

  @Test(
    "challenges are read",
    arguments: [
      ("Digest realm=\"a \\\"b\\\", c\", nonce=\"x,y\", stale=TRUE", "a \"b\", c", "x,y", true),
      ("DIGEST  nonce = \"n\" ,realm= \"r\" , unknown=7,stale=false", "r", "n", false),
    ])
  func challenges(_ text: String, _ realm: String, _ nonce: String, _ isStale: Bool) throws {
    let challenge = try #require(DigestChallenge(text))
    #expect(challenge.realm == realm)
    #expect(challenge.nonce == nonce)
    #expect(challenge.isStale == isStale)
    #expect(challenge.algorithm == .md5)
    #expect(DigestChallenge(challenge.description)?.realm == realm)
  }

  @Test(
    "what is no usable challenge is refused",
    arguments: [
      "", "Basic realm=\"r\"", "Digest", "Digest realm=\"r\"", "Digest nonce=\"n\"", "Digest realm=\"r, nonce=\"n\"",
      "Digest realm=\"r\", nonce=\"n\", algorithm=WHIRLPOOL", "Digest realm \"r\", nonce=\"n\"", "NoOneKnows, x=1",
    ])
  func noChallenge(_ text: String) { #expect(DigestChallenge(text) == nil) }

  @Test("credentials with a malformed counter are refused", arguments: ["1", "0000000g", "-0000001", "000000001"])
  func counter(_ count: String) {
    let text = "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"00\", qop=auth, nc=\(count)"
    #expect(DigestCredentials(text) == nil)
  }

  @Test("the strongest challenge is taken, auth-int alone is not")
  func strongest() {
    let weak = DigestChallenge(realm: "r", nonce: "n", algorithm: .md5)
    let strong = DigestChallenge(realm: "r", nonce: "n", algorithm: .sha256)
    let unusable = DigestChallenge(realm: "r", nonce: "n", algorithm: .sha256, qualities: ["auth-int"])
    #expect(DigestChallenge.strongest(of: [weak, strong]) == strong)
    #expect(DigestChallenge.strongest(of: [unusable, weak]) == weak)
    #expect(DigestChallenge.strongest(of: [unusable]) == nil)
  }

  private static let start = ContinuousClock.now

  private func server(_ algorithms: [DigestAlgorithm] = [.sha256, .md5]) -> DigestServer {
    DigestServer(
      realm: "voice", algorithms: algorithms, secret: [1, 2, 3, 4, 5, 6, 7, 8], epoch: Self.start)
  }

  private func password(_ user: String) -> String? { user == "ana" ? "secret" : nil }

  @Test("client and server agree, with each algorithm", arguments: DigestAlgorithm.allCases)
  func agreement(_ algorithm: DigestAlgorithm) throws {
    var server = server([algorithm])
    var client = DigestClient(username: "ana", password: "secret")
    let uri = URI.sip(SIPURI(host: "voice.example"))
    let early = client.credentials(method: .invite, uri: uri, clientNonce: "c0")
    #expect(early == nil)
    let challenges = server.challenges(salt: [9], at: Self.start).map(\.description).compactMap { DigestChallenge($0) }
    let isTaken = client.take(challenges)
    #expect(isTaken)
    for round in 1...3 {
      let made = client.credentials(method: .bye, uri: uri, clientNonce: "c\(round)")
      let credentials = try #require(made)
      #expect(credentials.count == UInt32(round))
      let sent = try #require(DigestCredentials(credentials.description))
      #expect(
        server.verify(sent, method: .bye, at: Self.start + .seconds(round), password: password)
          == .accepted(username: "ana"))
      // The same credentials again are a replay.
      #expect(server.verify(sent, method: .bye, at: Self.start + .seconds(round), password: password) == .stale)
    }
    let isTakenAgain = client.take(challenges)
    #expect(!isTakenAgain, "the same nonce again means a wrong secret")
    let isNewTaken = client.take(server.challenges(salt: [10], at: Self.start))
    #expect(isNewTaken, "a new nonce is worth another try")
  }

  private func credentials(
    _ server: DigestServer, user: String = "ana", password: String = "secret", count: UInt32 = 1,
    at now: Instant = start
  ) throws -> DigestCredentials {
    let challenge = try #require(server.challenges(salt: [7], at: now).first)
    return try #require(
      DigestCredentials(
        answering: challenge, method: .invite, uri: "sip:h", username: user, password: password, count: count,
        clientNonce: "c"))
  }

  @Test("wrong secrets, users, realms, methods and foreign nonces are rejected alike")
  func rejected() throws {
    var server = server()
    let good = try credentials(server)
    var cases = [
      try credentials(server, password: "wrong"), try credentials(server, user: "nobody"),
      try credentials(server, user: "nobody", password: ""),
      // What stands in for the secret of an unknown user must not open the door either.
      try credentials(server, user: "nobody", password: "0102030405060708"),
    ]
    for change in [\DigestCredentials.realm, \.nonce, \.uri, \.response, \.username] {
      var changed = good
      changed[keyPath: change] += "x"
      cases.append(changed)
    }
    var forged = good
    forged.nonce = "0-00-" + String(repeating: "0", count: 32)
    cases.append(forged)
    var unprotected = good
    unprotected.quality = nil
    cases.append(unprotected)
    var weaker = good
    weaker.algorithm = .md5Session
    cases.append(weaker)
    for (index, wrong) in cases.enumerated() {
      #expect(server.verify(wrong, method: .invite, at: Self.start, password: password) == .rejected, "case \(index)")
    }
    #expect(server.verify(good, method: .bye, at: Self.start, password: password) == .rejected)
    #expect(server.verify(good, method: .invite, at: Self.start, password: password) == .accepted(username: "ana"))
  }

  @Test("an old nonce is stale for who knows the secret, and only for them")
  func stale() throws {
    var server = server()
    let late = Self.start + .seconds(301)
    #expect(server.verify(try credentials(server), method: .invite, at: late, password: password) == .stale)
    #expect(
      server.verify(try credentials(server, password: "x"), method: .invite, at: late, password: password) == .rejected)
    let fresh = server.challenges(isStale: true, salt: [1], at: late)
    #expect(fresh.allSatisfy { $0.isStale && $0.description.contains("stale=true") })
    #expect(fresh.map(\.algorithm) == [.sha256, .md5])
  }

  @Test("counts may overtake each other within a window")
  func window() throws {
    var server = server()
    func verdict(_ count: UInt32) throws -> DigestServer.Verdict {
      server.verify(try credentials(server, count: count), method: .invite, at: Self.start, password: password)
    }
    let accepted = DigestServer.Verdict.accepted(username: "ana")
    #expect(try verdict(5) == accepted)
    #expect(try verdict(3) == accepted)
    #expect(try verdict(3) == .stale)
    #expect(try verdict(0) == .stale)
    #expect(try verdict(100) == accepted)
    #expect(try verdict(36) == .stale)
    #expect(try verdict(37) == accepted)
    #expect(try verdict(.max) == accepted)
    #expect(try verdict(100) == .stale)
  }
}
