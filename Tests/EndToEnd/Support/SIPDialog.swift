import Audio

/// A call from a peer to the server: knows the dialog's fields, so that a test names only what matters to it.
final class SIPDialog {
  let peer: SIPPeer
  let callID = SIPPeer.token()
  let localTag = SIPPeer.token()
  let target: String
  /// The user that From shows.
  let user: String
  private(set) var remoteTarget: String
  private(set) var remoteTag: String?
  private(set) var sequence = 0
  private(set) var invite: SIPMessage?
  private var sdpVersion = 0

  init(_ peer: SIPPeer, to target: String, as user: String = "peer") {
    self.peer = peer
    self.target = target
    self.user = user
    remoteTarget = target
  }

  /// A session description that offers or answers audio on `port`.
  func sdp(
    port: UInt16, payloadTypes: [Int] = [8, 0, 101], direction: String = "sendrecv", address: String? = nil
  ) -> String {
    sdpVersion += 1
    let names = [0: "PCMU/8000", 8: "PCMA/8000", 101: "telephone-event/8000"]
    let maps = payloadTypes.compactMap { type in names[type].map { "a=rtpmap:\(type) \($0)" } }
    let lines =
      [
        "v=0", "o=peer 1 \(sdpVersion) IN IP4 \(peer.host.text)", "s=-", "c=IN IP4 \(address ?? peer.host.text)",
        "t=0 0",
        "m=audio \(port) RTP/AVP \(payloadTypes.map { "\($0)" }.joined(separator: " "))",
      ] + maps + (payloadTypes.contains(101) ? ["a=fmtp:101 0-15"] : []) + ["a=ptime:20", "a=\(direction)"]
    return lines.map { $0 + "\r\n" }.joined()
  }

  /// A request of the next CSeq, or of one that is given.
  func request(
    _ method: String, sequence number: Int? = nil, body: String = "", _ more: [(String, String)] = []
  ) -> SIPMessage {
    if number == nil, method != "ACK" { sequence += 1 }
    let to = "<\(target)>" + (remoteTag.map { ";tag=\($0)" } ?? "")
    var fields = [
      ("Via", peer.via), ("From", "<sip:\(user)@\(peer.host.text)>;tag=\(localTag)"), ("To", to), ("Call-ID", callID),
      ("CSeq", "\(number ?? sequence) \(method)"), ("Max-Forwards", "70"), ("Contact", peer.contact),
      ("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER"),
    ]
    fields += more
    if !body.isEmpty { fields.append(("Content-Type", "application/sdp")) }
    let message = SIPMessage("\(method) \(remoteTarget) SIP/2.0", fields, body: body)
    if method == "INVITE" { invite = message }
    return message
  }

  /// Learns the dialog from a response.
  func learn(_ response: SIPMessage) {
    if let tag = response.toTag { remoteTag = tag }
    if let contact = response.uri(in: "Contact") { remoteTarget = contact }
  }

  /// Sends the ACK of a 2xx.
  func acknowledge(_ response: SIPMessage, body: String = "") {
    learn(response)
    peer.send(request("ACK", sequence: response.sequence, body: body))
  }

  /// The ACK of a final response above 2xx, or the CANCEL, of the INVITE: of its transaction.
  func ofInvite(_ method: String, to response: SIPMessage? = nil) throws -> SIPMessage {
    guard let invite else { throw Trouble("no INVITE was sent") }
    var fields = invite.fields.filter { ["Via", "From", "Call-ID", "Max-Forwards"].contains($0.name) }
      .map { ($0.name, $0.value) }
    fields.append(("To", response?["To"] ?? invite["To"] ?? ""))
    fields.append(("CSeq", "\(invite.sequence) \(method)"))
    return SIPMessage(invite.startLine.replacing("INVITE ", with: "\(method) "), fields)
  }

  /// Calls, and sets the media up as answered. The 200.
  @discardableResult func establish(_ media: RTPPeer, payloadTypes: [Int] = [8, 0, 101]) async throws -> SIPMessage {
    let invite = request("INVITE", body: sdp(port: media.port, payloadTypes: payloadTypes))
    peer.send(invite)
    let answer = try await peer.response(to: invite, within: .seconds(10))
    guard answer.status == 200 else { throw Trouble("INVITE was answered with \(answer.startLine)") }
    acknowledge(answer)
    try media.follow(answer)
    return answer
  }

  /// Sends a re-INVITE and acknowledges what comes.
  func reinvite(body: String) async throws -> SIPMessage {
    let invite = request("INVITE", body: body)
    peer.send(invite)
    let answer = try await peer.response(to: invite)
    if answer.status == 200 { acknowledge(answer) } else { peer.send(try ofInvite("ACK", to: answer)) }
    return answer
  }

  /// Hangs up and returns the answer.
  @discardableResult func hangUp() async throws -> SIPMessage {
    let bye = request("BYE")
    peer.send(bye)
    return try await peer.response(to: bye)
  }
}
