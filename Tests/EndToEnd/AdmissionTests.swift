import Testing
import TestSupport

extension EndToEnd {
  @Suite("who may call, from the configuration to the answer", .serialized) struct Admission {
    private static let caller = "+15557770000"

    /// A trunk at the second loopback address; the first and the third are strangers.
    private static func setup(_ more: [String] = []) -> Server.Setup {
      var setup = Server.Setup(http: "api_keys: [\(Server.apiKey)]")
      setup.anonymous = false
      setup.sip = ["trunks: [{name: acme, accept_from: [127.0.0.2/32]}]"] + more
      return setup
    }

    @Test(
      "a trunk is taken by its address, without a challenge, and whose call it brings is known",
      arguments: [SIPPeer.Transport.udp, .tcp])
    func byNetwork(transport: SIPPeer.Transport) async throws {
      try await Server.run(Self.setup()) { server in
        let peer = try SIPPeer(transport, of: server, at: .second)
        let call = SIPDialog(peer, to: server.uri("desk"), as: Self.caller)
        let media = try RTPPeer(at: .second)
        try await call.establish(media)
        media.send(.silence)
        _ = try await media.audible()
        #expect(!peer.history.contains { $0.message.status == 401 })
        #expect(try await call.hangUp().status == 200)
        #expect(try await server.knownCallers() == [Self.caller])
      }
    }

    @Test(
      "a stranger is refused, over either transport, and challenged where there are users",
      arguments: [SIPPeer.Transport.udp, .tcp], [[], ["users: [{username: alice, password: wonderland}]"]])
    func refused(transport: SIPPeer.Transport, users: [String]) async throws {
      try await Server.run(Self.setup(users)) { server in
        for host in [Loopback.first, .third] {
          let peer = try SIPPeer(transport, of: server, at: host)
          let call = SIPDialog(peer, to: server.uri("desk"), as: Self.caller)
          let invite = call.request("INVITE", body: call.sdp(port: 9))
          peer.send(invite)
          let answer = try await peer.response(to: invite)
          #expect(answer.status == (users.isEmpty ? 403 : 401))
          #expect((answer["WWW-Authenticate"] != nil) == !users.isEmpty)
          peer.send(try call.ofInvite("ACK", to: answer))
        }
        #expect(try await server.knownCallers() == [])
      }
    }

    @Test(
      "a user is let in by digest alone, and is known by their own number, not by another that they show",
      arguments: [SIPPeer.Transport.udp, .tcp])
    func byDigest(transport: SIPPeer.Transport) async throws {
      let users = ["users: [{username: \"\(Self.caller)\", password: wonderland}]"]
      try await Server.run(Self.setup(users)) { server in
        for (password, shown, known) in [
          ("rabbit", Self.caller, [String]()), ("wonderland", "+15557779999", []),
          ("wonderland", Self.caller, [Self.caller]),
        ] {
          let peer = try SIPPeer(transport, of: server)
          let call = SIPDialog(peer, to: server.uri("desk"), as: shown)
          let media = try RTPPeer()
          let answer = try await call.authenticate(media, as: Self.caller, password: password)
          #expect(answer.status == (password == "rabbit" ? 401 : 200))
          if answer.status == 200 { #expect(try await call.hangUp().status == 200) }
          #expect(try await server.knownCallers() == known)
        }
      }
    }

    @Test("where anyone may call, the trunk is still known by its address, and only the trunk")
    func anonymous() async throws {
      var setup = Self.setup()
      setup.anonymous = true
      try await Server.run(setup) { server in
        for host in [Loopback.first, .second] {
          let peer = try SIPPeer(of: server, at: host)
          let shown = host == .second ? Self.caller : "+15557779999"
          let call = SIPDialog(peer, to: server.uri("desk"), as: shown)
          let media = try RTPPeer(at: host)
          try await call.establish(media)
          media.send(.silence)
          _ = try await media.audible()
          #expect(try await call.hangUp().status == 200)
        }
        #expect(try await server.knownCallers() == [Self.caller])
      }
    }
  }
}

extension SIPDialog {
  /// Calls, answers the challenge as `user` (RFC 2617, MD5), and returns what becomes of that.
  fileprivate func authenticate(_ media: RTPPeer, as user: String, password: String) async throws -> SIPMessage {
    let first = request("INVITE", body: sdp(port: media.port))
    peer.send(first)
    let challenge = try await peer.response(to: first)
    peer.send(try ofInvite("ACK", to: challenge))
    guard challenge.status == 401 else { throw Trouble("INVITE got \(challenge.startLine), and no challenge") }
    guard let text = challenge.all("WWW-Authenticate").first(where: { $0.contains("algorithm=MD5") }),
      let nonce = text.split(separator: "nonce=\"").last?.prefix(while: { $0 != "\"" }),
      let realm = text.split(separator: "realm=\"").last?.prefix(while: { $0 != "\"" })
    else { throw Trouble("no MD5 among \(challenge.all("WWW-Authenticate"))") }
    let hash = md5(
      "\(md5("\(user):\(realm):\(password)")):\(nonce):00000001:c:auth:\(md5("INVITE:\(target)"))")
    let fields = """
      Digest username="\(user)", realm="\(realm)", nonce="\(nonce)", uri="\(target)", response="\(hash)", \
      algorithm=MD5, qop=auth, nc=00000001, cnonce="c"
      """
    let second = request("INVITE", body: sdp(port: media.port), [("Authorization", fields)])
    peer.send(second)
    let answer = try await peer.response(to: second)
    if answer.status == 200 { acknowledge(answer) } else { peer.send(try ofInvite("ACK", to: answer)) }
    return answer
  }
}

extension Server {
  /// The telephone numbers of all customers that the server knows.
  fileprivate func knownCallers() async throws -> [String] {
    try await waitUntilIdle()
    let conversations = try await api("GET", "/v1/conversations").json["data"]?.array ?? []
    return conversations.flatMap { conversation in
      conversation["customer"]?["identities"]?.array?.compactMap { identity in
        identity["kind"]?.string == "phone" ? identity["value"]?.string.map { "+" + $0 } : nil
      } ?? []
    }
  }
}
