/// A call that the server places to a peer of the test.
struct RingingCall {
  let peer: SIPPeer
  let invite: SIPMessage
  private let tag = SIPPeer.token()

  /// Waits for it, and rings.
  init(_ peer: SIPPeer, within limit: Duration = .seconds(15)) async throws {
    self.peer = peer
    invite = try await peer.request("INVITE", within: limit)
    peer.respond(180, "Ringing", to: invite, [("Contact", peer.contact)], tag: tag)
  }

  /// Takes it, with `media`.
  func answer(_ media: RTPPeer) async throws {
    let body = SIPDialog(peer, to: "sip:nobody@127.0.0.1").sdp(port: media.port)
    peer.respond(
      200, "OK", to: invite, [("Contact", peer.contact), ("Content-Type", "application/sdp")], tag: tag, body: body)
    _ = try await peer.request("ACK")
    try media.follow(invite)
    media.send(.silence)
  }

  /// Hangs up what was taken.
  func hangUp() async throws {
    let bye = SIPMessage(
      "BYE \(invite.uri(in: "Contact") ?? "") SIP/2.0",
      [
        ("Via", peer.via), ("From", "\(invite["To"] ?? "");tag=\(tag)"), ("To", invite["From"] ?? ""),
        ("Call-ID", invite.callID), ("CSeq", "1 BYE"), ("Max-Forwards", "70"),
      ])
    peer.send(bye)
    let answer = try await peer.response(to: bye)
    guard answer.status == 200 else { throw Trouble("BYE got \(answer.startLine)") }
  }

  /// Refuses it.
  func refuse(_ status: Int, _ reason: String) async throws {
    peer.respond(status, reason, to: invite, tag: tag)
    _ = try await peer.request("ACK")
  }

  /// Waits until the server hangs up.
  func hungUp(within limit: Duration = .seconds(10)) async throws {
    let bye = try await peer.request("BYE", within: limit)
    peer.respond(200, "OK", to: bye)
  }
}
