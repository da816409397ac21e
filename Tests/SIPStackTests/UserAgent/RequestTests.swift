import Net
import Testing
import TestSupport

@testable import SIPStack

@Suite("Requests and their answers") struct RequestTests {
  private static let peer = SocketEndpoint("192.0.2.9", port: 5060)

  private func answer(to bytes: [UInt8], configure: (inout UserAgentConfiguration) -> Void = { _ in }) -> SIPResponse? {
    let world = World(agents: 1, configure: configure)
    world.inject(bytes, to: 0, from: Self.peer)
    return world.sent.last?.response
  }

  @Test(
    "outside of a dialog each method has its answer",
    arguments: [
      (SIPStack.Method.options, 200), (.bye, 481), (.info, 481), (.notify, 481), (.update, 481), (.cancel, 481),
      (.refer, 603), (.register, 405), (.subscribe, 405), (.message, 405), (.publish, 405), (.prack, 405),
      (SIPStack.Method(rawValue: "BREW"), 501),
    ])
  func methods(_ method: SIPStack.Method, _ status: Int) throws {
    let response = answer(to: try message(method))
    #expect(response?.status == status)
    if status == 405 || status == 200 {
      #expect(response?.headers.first(.allow) == "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, UPDATE")
    }
  }

  @Test("what can't be met is named: 416, 420, 415, 406, 488")
  func refusals() throws {
    #expect(answer(to: try message(.options, uri: "soap.beep://x"))?.status == 416)
    let required = answer(to: try message(.invite, extra: [(.require, "a, 100rel")], body: try description(1)))
    #expect(required?.status == 420)
    #expect(required?.headers.first(.unsupported) == "a, 100rel")
    #expect(answer(to: try message(.invite, extra: [(.accept, "text/x")], body: try description(1)))?.status == 406)
    let text = String(decoding: try message(.invite, body: try description(1)), as: UTF8.self)
    let type = answer(to: Array(text.replacing("application/sdp", with: "application/x").utf8))
    #expect(type?.status == 415)
    #expect(type?.headers.first(.accept) == "application/sdp")
    #expect(answer(to: Array(text.replacing("v=0", with: "x=0").utf8))?.status == 488)
  }

  @Test("a call that is refused before the application hears of it is told of once, with who, whom and why")
  func refusedCalls() throws {
    func refused(_ bytes: [UInt8], configure: (inout UserAgentConfiguration) -> Void = { _ in }) -> [RefusedCall] {
      let world = World(agents: 1, configure: configure)
      world.inject(bytes, to: 0, from: Self.peer)
      world.inject(bytes, to: 0, from: Self.peer)
      return world.refused[0]
    }
    let invite = try message(.invite, body: try description(1))
    let text = String(decoding: invite, as: UTF8.self)
    #expect(refused(invite) == [])
    let stranger = refused(invite) { $0.admission.anonymous = false }
    #expect(stranger.map(\.status) == [403])
    #expect(stranger.first?.peer == Self.peer)
    #expect(stranger.first.map { text.contains("Call-ID: \($0.callID)\r\n") } == true)
    #expect(stranger.first.map { text.contains("sip:\($0.from)@") && text.hasPrefix("INVITE sip:\($0.to)@") } == true)
    #expect(stranger.first?.callID.isEmpty == false && stranger.first?.to.isEmpty == false)
    #expect(refused(invite) { $0.maximumCalls = 0 }.map(\.status) == [503])
    #expect(refused(Array(text.replacing("application/sdp", with: "application/x").utf8)).map(\.status) == [415])
    #expect(refused(Array(text.replacing("v=0", with: "x=0").utf8)).map(\.status) == [488])
    let required = try message(.invite, extra: [(.require, "100rel")], body: try description(1))
    #expect(refused(required).map(\.status) == [420])
    #expect(refused(try message(.options)) { $0.maximumTransactions = 0 } == [])
    // The first challenge is no refusal; a wrong answer to it is.
    let user: (inout UserAgentConfiguration) -> Void = {
      $0.admission = AdmissionPolicy(users: [SIPCredentials(username: "ana", password: "secret")])
    }
    #expect(refused(invite, configure: user) == [])
    let wrong =
      "Digest username=\"ana\", realm=\"assist\", nonce=\"x\", uri=\"sip:x\", response=\"00000000000000000000000000000000\""
    let answered = try message(.invite, extra: [(.authorization, wrong)], body: try description(1))
    let rejected = refused(answered, configure: user)
    #expect(rejected.map(\.status) == [401])
    #expect(!"\(rejected)".contains("secret"))
  }

  @Test("SDP inside a multipart body is found")
  func multipart() throws {
    let world = World(agents: 1)
    var request = try message(.invite)
    let body =
      "--b\r\nContent-Type: text/plain\r\nContent-Disposition: x;handling=optional\r\n\r\nhi\r\n"
      + "--b\r\nContent-Type: application/sdp\r\n\r\n\(try description(3))\r\n--b--\r\n"
    let head = String(decoding: request, as: UTF8.self).replacing(
      "Content-Length: 0", with: "Content-Type: multipart/mixed;boundary=b\r\nContent-Length: \(body.utf8.count)")
    request = Array((head + body).utf8)
    world.inject(request, to: 0, from: Self.peer)
    #expect(world.incoming[0].first?.offer?.origin.version.description == "3")
  }

  @Test("a request that came on two paths gets 482 on the second")
  func merged() throws {
    let world = World(agents: 1)
    world.inject(try message(.invite, branch: "x", body: try description(1)), to: 0, from: Self.peer)
    world.inject(try message(.invite, branch: "y", body: try description(1)), to: 0, from: Self.peer)
    #expect(world.lines(from: 0) == ["100 INVITE", "482 INVITE"])
    #expect(world.incoming[0].count == 1)
  }

  @Test("above the limit of calls, and while draining, an INVITE gets 503 with Retry-After")
  func limits() throws {
    let world = World(agents: 1) { $0.maximumCalls = 1 }
    for index in 0..<2 {
      world.inject(
        try message(.invite, branch: "x\(index)", callID: "x\(index)", body: try description(1)), to: 0, from: Self.peer
      )
    }
    #expect(world.sent.last?.response?.status == 503)
    #expect(world.sent.last?.response?.headers.first(.retryAfter) == "10")
    let draining = World(agents: 1)
    draining.agents[0].drain()
    draining.inject(try message(.invite, body: try description(1)), to: 0, from: Self.peer)
    #expect(draining.lines(from: 0) == ["503 INVITE"])
  }

  @Test("a malformed request gets 400, and never a malformed ACK; responses to nothing are counted")
  func malformed() throws {
    let world = World(agents: 1)
    let text = String(decoding: try message(.options), as: UTF8.self)
    world.inject(Array(text.replacing("1 OPTIONS", with: "1 BYE").utf8), to: 0, from: Self.peer)
    #expect(world.sent.last?.response?.status == 400)
    let ack = String(decoding: try message(.ack), as: UTF8.self)
    world.inject(Array(ack.replacing("1 ACK", with: "x ACK").utf8), to: 0, from: Self.peer)
    #expect(world.sent.count == 1)
    world.inject(Array("SIP/2.0 200 OK\r\n\r\n".utf8), to: 0, from: Self.peer)
    world.inject(try #require(world.sent.first).bytes, to: 0, from: Self.peer)
    let counters = world.agents[0].counters
    #expect(counters.malformedRequests == 2)
    #expect(counters.unusableMessages == 1)
    #expect(counters.strayResponses == 1)
  }

  @Test(
    "INFO yields digits in both forms; another body gets 415",
    arguments: [
      ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", "5", 200),
      ("application/dtmf-relay", "Signal= 11 \r\n", "#", 200), ("application/dtmf", "*", "*", 200),
      ("application/dtmf", "nonsense", "", 200), ("text/plain", "5", "", 415),
    ])
  func info(_ type: String, _ body: String, _ digit: String, _ status: Int) throws {
    let world = World(agents: 1)
    world.onEvent = answering(with: try description(2))
    world.inject(try message(.invite, body: try description(1)), to: 0, from: Self.peer)
    let tag = try #require(world.sent.last?.response?.toTag)
    world.inject(try message(.ack, toTag: tag, branch: "a"), to: 0, from: Self.peer)
    let head = String(
      decoding: try message(.info, extra: [(.contentType, type)], toTag: tag, branch: "i", sequence: 2), as: UTF8.self)
    world.inject(
      Array((head.replacing("Content-Length: 0", with: "Content-Length: \(body.utf8.count)") + body).utf8), to: 0,
      from: Self.peer)
    #expect(world.lines(from: 0).last == "\(status) INFO")
    let digits = world.events[0].compactMap { if case .dtmf(let digit, _) = $0 { String(digit) } else { nil } }
    #expect(digits.joined() == digit)
  }

  @Test("without rport the response goes to the port of the Via at the source address")
  func sentByPort() throws {
    var agent = UserAgent(
      configuration: UserAgentConfiguration(listeners: [.init(transport: .udp, local: World.address(0))]),
      seed: (1, 2), at: World.start)
    let text = String(decoding: try message(.options, via: "10.0.0.1:5999"), as: UTF8.self)
    let flow = Flow(
      transport: .udp, local: World.address(0), remote: SocketEndpoint("198.51.100.1", port: 1234))
    let outputs = agent.receive(Array(text.replacing(";rport", with: "").utf8), from: flow, at: World.start)
    guard case .send(_, let target) = outputs.first else {
      Issue.record("no response")
      return
    }
    #expect(target.remote == SocketEndpoint("198.51.100.1", port: 5999))
  }

  @Test("10,000 random and 10,000 mutated datagrams leave a live call alone and memory bounded", arguments: [1])
  func fuzz(_ seed: Int) throws {
    let (world, caller, called) = try established(seed: UInt64(seed)) {
      $0.maximumCalls = 20
      $0.maximumTransactions = 500
    }
    var random = TokenGenerator(seed: (UInt64(seed), 7))
    let samples = world.sent.map(\.bytes)
    for index in 0..<20_000 {
      var bytes: [UInt8]
      if index % 2 == 0 {
        bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      } else {
        bytes = try #require(samples.randomElement(using: &random))
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
          let position = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.remove(at: position)
          default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: position)
          }
        }
      }
      // From elsewhere than the peers, as an attacker who has seen the call would send it.
      world.inject(bytes, to: index % 4 / 2, from: SocketEndpoint("203.0.113.5", port: 4000))
      if index % 100 == 0 { world.run(for: .milliseconds(20)) }
      world.sent.removeAll()
      world.events[0].removeAll { if case .ended = $0 { false } else { true } }
      let counters = world.agents[index % 4 / 2].counters
      #expect(counters.liveCalls <= 20 && counters.liveTransactions <= 500 && counters.liveDialogs <= 20 * 17)
    }
    // A mutation may be a well-formed BYE of the dialog; no other ending is allowed.
    if let ending = world.ending(1) ?? world.ending(0) {
      #expect(ending.by == .remote)
    } else {
      world.perform(0) { $0.hangUp(caller, at: $1) }
      world.run(for: .seconds(2))
      #expect(world.ending(1)?.by == .remote, "call \(called)")
    }
  }
}
