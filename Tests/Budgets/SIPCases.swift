import Net
import SIPStack

/// A peer, our agent, and what they say to each other, as it stands on the wire.
enum SIPTexts {
  static let flow = Flow(
    transport: .udp, local: SocketEndpoint(IPAddress(v4: 0xC000_0201), port: 5060),
    remote: SocketEndpoint(IPAddress(v4: 0xC000_0202), port: 5060))
  static let capabilities = MediaCapabilities(
    codecs: [.pcmu, .pcma], endpoint: SocketEndpoint(IPAddress(v4: 0xC000_0201), port: 10_000))

  static let offer = Array(
    """
    v=0\r
    o=- 20518 0 IN IP4 192.0.2.2\r
    s=-\r
    c=IN IP4 192.0.2.2\r
    t=0 0\r
    m=audio 40000 RTP/AVP 0 8 101\r
    a=rtpmap:0 PCMU/8000\r
    a=rtpmap:8 PCMA/8000\r
    a=rtpmap:101 telephone-event/8000\r
    a=fmtp:101 0-16\r
    a=ptime:20\r
    a=sendrecv\r

    """.utf8)

  /// A request of the peer's call number `call`.
  static func request(
    _ method: String, sequence: Int = 1, toTag: String? = nil, call: Int = 0, fields: String = "", body: [UInt8] = []
  ) -> [UInt8] {
    let number = String(10_000_000 + call)
    return Array(
      """
      \(method) sip:desk@192.0.2.1 SIP/2.0\r
      Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK\(number)\(method == "ACK" ? "a" : "")\(sequence);rport\r
      Max-Forwards: 70\r
      From: "Bob" <sip:+34910000000@192.0.2.2>;tag=f\(number)\r
      To: <sip:desk@192.0.2.1>\(toTag.map { ";tag=\($0)" } ?? "")\r
      Call-ID: \(number)@192.0.2.2\r
      CSeq: \(sequence) \(method)\r
      Contact: <sip:bob@192.0.2.2:5060;transport=udp>\r
      Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, NOTIFY\r
      \(fields)Content-Length: \(body.count)\r
      \r

      """.utf8) + body
  }

  static func invite(call: Int = 0) -> [UInt8] {
    request("INVITE", call: call, fields: "Content-Type: application/sdp\r\n", body: offer)
  }

  static func agent(at now: ContinuousClock.Instant) -> UserAgent {
    var configuration = UserAgentConfiguration(listeners: [
      UserAgentConfiguration.Listener(transport: .udp, local: flow.local)
    ])
    configuration.admission.anonymous = true
    return UserAgent(configuration: configuration, seed: (1, 2), at: now)
  }

  /// Has `agent` take and answer call number `call`; gives its tag, once the peer has acknowledged it.
  static func establish(_ agent: inout UserAgent, call: Int, at now: ContinuousClock.Instant) -> String {
    var tag = ""
    for case .event(.incomingCall(let incoming)) in agent.receive(invite(call: call), from: flow, at: now) {
      guard let offer = incoming.offer else { continue }
      var session = OfferAnswer(sessionID: 7)
      guard let (answer, _) = try? session.answer(to: offer, with: capabilities) else { continue }
      for case .send(let bytes, _) in agent.answer(incoming.handle, answer, at: now) {
        guard case .message(.response(let response)) = SIPParser.parse(datagram: bytes) else { continue }
        tag = response.toTag ?? tag
      }
    }
    _ = agent.receive(request("ACK", toTag: tag, call: call), from: flow, at: now)
    return tag
  }
}

let sipCases: [BudgetCase] = [
  BudgetCase("SIP: parse an INVITE") {
    let invite = SIPTexts.invite()
    return .plain { _ = SIPParser.parse(datagram: invite) }
  },
  BudgetCase("SIP: write an INVITE") {
    guard case .message(let message) = SIPParser.parse(datagram: SIPTexts.invite()) else { throw Unexpected() }
    return .plain { _ = message.serialized() }
  },
  BudgetCase("SIP: take and answer an OPTIONS") {
    let now = ContinuousClock.now
    let fresh = SIPTexts.agent(at: now)
    let options = SIPTexts.request("OPTIONS")
    return .plain {
      var agent = fresh
      _ = agent.receive(options, from: SIPTexts.flow, at: now)
    }
  },
  BudgetCase("SIP: take and answer an INVITE") {
    let now = ContinuousClock.now
    let fresh = SIPTexts.agent(at: now)
    let invite = SIPTexts.invite()
    return .plain {
      var agent = fresh
      for case .event(.incomingCall(let incoming)) in agent.receive(invite, from: SIPTexts.flow, at: now) {
        guard let offer = incoming.offer else { continue }
        var session = OfferAnswer(sessionID: 7)
        guard let (answer, _) = try? session.answer(to: offer, with: SIPTexts.capabilities) else { continue }
        _ = agent.ring(incoming.handle, at: now)
        _ = agent.answer(incoming.handle, answer, at: now)
      }
    }
  },
  BudgetCase("SIP: take a BYE") {
    let now = ContinuousClock.now
    var established = SIPTexts.agent(at: now)
    let tag = SIPTexts.establish(&established, call: 0, at: now)
    guard established.counters.liveDialogs == 1 else { throw Unexpected() }
    let bye = SIPTexts.request("BYE", sequence: 2, toTag: tag)
    return .plain { [established] in
      var agent = established
      _ = agent.receive(bye, from: SIPTexts.flow, at: now)
    }
  },
  framing("SIP: frame 10 messages of a stream", messages: 10),
  framing("SIP: frame 100 messages of a stream", messages: 100),
  body("SIP: frame a message of 6 kB that comes in pieces", bytes: 6_000),
  body("SIP: frame a message of 60 kB that comes in pieces", bytes: 60_000),
  BudgetCase("SDP: parse an offer") {
    .plain { _ = try? SessionDescription(SIPTexts.offer) }
  },
  BudgetCase("SDP: answer an offer") {
    let offer = try SessionDescription(SIPTexts.offer)
    return .plain {
      var session = OfferAnswer(sessionID: 7)
      _ = (try? session.answer(to: offer, with: SIPTexts.capabilities))?.0.serialized()
    }
  },
]

/// A stream that comes in pieces of a TCP segment.
private func framing(_ name: String, messages: Int) -> BudgetCase {
  BudgetCase(name, runs: 20) {
    let stream = (0..<messages).flatMap { SIPTexts.request("OPTIONS", call: $0) }
    let pieces = stride(from: 0, to: stream.count, by: 1400).map { Array(stream[$0..<min($0 + 1400, stream.count)]) }
    return .plain {
      var framer = StreamFramer()
      var count = 0
      for piece in pieces { count += framer.receive(piece).count }
      precondition(count == messages)
    }
  }
}

private func body(_ name: String, bytes: Int) -> BudgetCase {
  BudgetCase(name, runs: 5) {
    let message = SIPTexts.request("MESSAGE", body: [UInt8](repeating: 0x78, count: bytes))
    let pieces = stride(from: 0, to: message.count, by: 100).map { Array(message[$0..<min($0 + 100, message.count)]) }
    return .plain {
      var framer = StreamFramer()
      var count = 0
      for piece in pieces { count += framer.receive(piece).count }
      precondition(count == 1)
    }
  }
}

/// A case could not be prepared: what it needs is not as it was.
struct Unexpected: Error {}
