/// One call placed by a client that is just enough SIP for a benchmark: INVITE, ACK, BYE over UDP, G.711 µ-law.
public struct TestCall {
  /// The server's RTP port for this call.
  public let mediaPort: UInt16
  let callID: String
  let from: String
  let to: String
  let target: String

  /// Dials `user` at the server on `serverPort`, offering audio at `mediaPort`. Returns nil when it does not answer with
  /// a 200 within five seconds.
  public static func dial(
    _ user: String, through socket: UDPSocket, serverPort: UInt16, mediaPort: UInt16, number: Int
  ) -> TestCall? {
    let callID = "\(number)-\(monotonicNanoseconds())@127.0.0.1"
    let from = "<sip:bench@127.0.0.1:\(socket.port)>;tag=b\(number)"
    let uri = "sip:\(user)@127.0.0.1:\(serverPort)"
    let session = """
      v=0\r
      o=bench 1 1 IN IP4 127.0.0.1\r
      s=-\r
      c=IN IP4 127.0.0.1\r
      t=0 0\r
      m=audio \(mediaPort) RTP/AVP 0\r
      a=rtpmap:0 PCMU/8000\r
      a=ptime:20\r
      a=sendrecv\r

      """
    let invite = """
      INVITE \(uri) SIP/2.0\r
      Via: SIP/2.0/UDP 127.0.0.1:\(socket.port);branch=z9hG4bKi\(number)\(monotonicNanoseconds());rport\r
      Max-Forwards: 70\r
      From: \(from)\r
      To: <\(uri)>\r
      Call-ID: \(callID)\r
      CSeq: 1 INVITE\r
      Contact: <sip:bench@127.0.0.1:\(socket.port)>\r
      Content-Type: application/sdp\r
      Content-Length: \(session.utf8.count)\r
      \r
      \(session)
      """
    let start = monotonicNanoseconds()
    var retransmitAt = start
    while monotonicNanoseconds() - start < 5_000_000_000 {
      if monotonicNanoseconds() >= retransmitAt {
        socket.send(invite, to: serverPort)
        retransmitAt = monotonicNanoseconds() + 1_000_000_000
      }
      guard let (octets, _) = socket.receive(milliseconds: 200) else { continue }
      let answer = String(decoding: octets, as: UTF8.self)
      guard answer.contains("Call-ID: \(callID)"), let status = answer.split(separator: " ").dropFirst().first else {
        continue
      }
      if status.hasPrefix("1") { continue }
      guard status == "200", let to = field("To", of: answer), let contact = field("Contact", of: answer),
        let port = mediaPortOf(answer)
      else { return nil }
      let target = contact.split(separator: "<").last.map { String($0.split(separator: ">")[0]) } ?? uri
      let call = TestCall(mediaPort: port, callID: callID, from: from, to: to, target: target)
      socket.send(call.request("ACK", sequence: 1, socket: socket), to: serverPort)
      return call
    }
    return nil
  }

  /// Ends the call; does not wait for the answer.
  public func hangUp(through socket: UDPSocket, serverPort: UInt16) {
    socket.send(request("BYE", sequence: 2, socket: socket), to: serverPort)
  }

  private func request(_ method: String, sequence: Int, socket: UDPSocket) -> String {
    """
    \(method) \(target) SIP/2.0\r
    Via: SIP/2.0/UDP 127.0.0.1:\(socket.port);branch=z9hG4bK\(method)\(monotonicNanoseconds());rport\r
    Max-Forwards: 70\r
    From: \(from)\r
    To: \(to)\r
    Call-ID: \(callID)\r
    CSeq: \(sequence) \(method)\r
    Content-Length: 0\r
    \r

    """
  }

  private static func field(_ name: String, of message: String) -> String? {
    for line in message.split(separator: "\r\n") where line.hasPrefix("\(name): ") {
      return String(line.dropFirst(name.count + 2))
    }
    return nil
  }

  private static func mediaPortOf(_ message: String) -> UInt16? {
    for line in message.split(separator: "\r\n") where line.hasPrefix("m=audio ") {
      return line.split(separator: " ").dropFirst().first.flatMap { UInt16($0) }
    }
    return nil
  }
}
