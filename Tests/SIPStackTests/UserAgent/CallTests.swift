import Net
import Testing
import TestSupport

@testable import SIPStack

@Suite("Calls between two user agents") struct CallTests {
  @Test("a call is offered, answered, and hung up by the caller")
  func plainCall() throws {
    let world = World()
    world.onEvent = answering(with: try description(2))
    let handle = try world.call()
    world.run(for: .seconds(1))
    #expect(world.lines(from: 1) == ["100 INVITE", "180 INVITE", "200 INVITE"])
    #expect(world.lines(from: 0) == ["INVITE", "ACK"])
    world.perform(0) { $0.hangUp(handle, cause: 16, text: "done", at: $1) }
    world.run(for: .seconds(40))
    #expect(world.ending(1) == CallEnding(by: .remote, cause: 16, text: "done"))
    #expect(world.ending(0)?.by == .local)
    #expect(world.liveCalls == [0, 0])
    #expect(world.agents.map(\.counters.liveTransactions) == [0, 0])
    #expect(world.agents.map(\.counters.liveDialogs) == [0, 0])
  }

  @Test("180 and 200 carry tag, Contact and the recorded route; the Via gets received and rport")
  func dialogResponses() throws {
    let world = World(agents: 1)
    world.onEvent = answering(with: try description(2))
    let invite = try message(
      .invite, extra: [(.recordRoute, "<sip:p.example.com;lr>")], via: "203.0.113.9:7000", body: try description(1))
    world.inject(invite, to: 0, from: SocketEndpoint("198.51.100.3", port: 4444))
    for response in world.sent.compactMap(\.response) where response.status > 100 {
      #expect(response.toTag != nil)
      #expect(response.contacts.count == 1)
      #expect(response.headers.all(.recordRoute) == ["<sip:p.example.com;lr>"])
      #expect(response.topVia?.received == "198.51.100.3")
      #expect(response.topVia?.rport == 4444)
    }
    #expect(world.sent.count == 3)
  }

  @Test("a 2xx is repeated from T1 to T2 until 64*T1, then comes BYE")
  func lostAcknowledgements() throws {
    let world = World()
    world.drop = { $0.line == "ACK" }
    world.onEvent = answering(with: try description(2))
    try world.call()
    world.run(for: .seconds(70))
    let times = world.sent.filter { $0.line == "200 INVITE" && $0.from == 1 }
      .map { Int(($0.at - World.start) / .milliseconds(1)) - 5 }
    #expect(times == [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    #expect(world.count("ACK", from: 0) == times.count)
    #expect(world.ending(1)?.by == .stack)
    #expect(world.count("BYE", from: 1) == 1)
    #expect(world.ending(0)?.by == .remote)
    #expect(world.liveCalls == [0, 0])
  }

  @Test("CANCEL while it rings: 200, 487, ACK, and both sides hear of it once")
  func cancel() throws {
    let world = World()
    world.onEvent = { world, index, event in
      if case .incomingCall(let call) = event { world.perform(index) { $0.ring(call.handle, at: $1) } }
    }
    let handle = try world.call()
    world.run(for: .seconds(1))
    world.perform(0) { $0.hangUp(handle, at: $1) }
    world.run(for: .seconds(1))
    #expect(world.lines(from: 1) == ["100 INVITE", "180 INVITE", "200 CANCEL", "487 INVITE"])
    #expect(world.lines(from: 0) == ["INVITE", "CANCEL", "ACK"])
    #expect(world.ending(1)?.by == .remote)
    #expect(world.ending(0)?.by == .local)
    world.run(for: .seconds(70))
    #expect(world.liveCalls == [0, 0])
  }

  @Test("CANCEL waits for a provisional response")
  func earlyCancel() throws {
    let world = World()
    world.drop = { $0.from == 1 && $0.at < World.start + .seconds(3) }
    let handle = try world.call()
    world.perform(0) { $0.hangUp(handle, at: $1) }
    world.run(for: .seconds(2))
    #expect(world.count("CANCEL", from: 0) == 0)
    world.run(for: .seconds(10))
    #expect(world.count("CANCEL", from: 0) == 1)
    #expect(world.count("487 INVITE", from: 1) == 1)
  }

  @Test("a CANCEL that crosses the 200 ends with ACK and BYE")
  func cancelCrossesAnswer() throws {
    let world = World()
    let (handle, called) = try world.ringing()
    let answer = try description(2)
    world.perform(1) { $0.answer(called, answer, at: $1) }
    world.perform(0) { $0.hangUp(handle, at: $1) }
    world.run(for: .seconds(1))
    #expect(world.lines(from: 0) == ["INVITE", "CANCEL", "ACK", "BYE"])
    #expect(world.count("200 CANCEL", from: 1) == 1)
    #expect(world.count("487 INVITE", from: 1) == 0)
    #expect(world.ending(1)?.by == .remote)
    world.run(for: .seconds(70))
    #expect(world.liveCalls == [0, 0])
  }

  @Test("each 2xx of a fork is acknowledged; the first is kept, the others are hung up")
  func fork() throws {
    let world = World(agents: 1)
    try world.call(from: 0, to: 5)
    let invite = try #require(world.sent.first?.request)
    for tag in ["one", "two", "one", "two"] {
      var ok = invite.response(200, toTag: tag)
      ok.headers.append(.contact, "<sip:\(tag)@192.0.2.6>")
      ok.setBody(try description(2))
      world.inject(ok.serialized(), to: 0, from: World.address(5))
    }
    let requests = world.sent.compactMap(\.request).dropFirst()
    let lines = requests.map { "\($0.method) \($0.toTag ?? "")" }
    #expect(lines == ["ACK one", "ACK two", "BYE two", "ACK one", "ACK two"])
    #expect(requests.map(\.uri.description).contains("sip:two@192.0.2.6"))
    #expect(world.events[0].count == 1)
  }

  @Test("a late offer goes into the 200 and its answer comes in the ACK; without one the call is hung up")
  func lateOffer() throws {
    for hasAnswer in [true, false] {
      let world = World(agents: 1)
      world.onEvent = answering(with: try description(2))
      let source = SocketEndpoint("192.0.2.9", port: 5060)
      world.inject(try message(.invite), to: 0, from: source)
      #expect(world.incoming[0].first.map { $0.offer == nil } == true)
      let tag = try #require(world.sent.last?.response?.toTag)
      world.inject(
        try message(.ack, toTag: tag, branch: "ack", body: hasAnswer ? try description(3) : nil), to: 0, from: source)
      if hasAnswer {
        guard case .established(let answer) = world.events[0].last else {
          Issue.record("not established")
          return
        }
        #expect(answer?.origin.version.description == "3")
      } else {
        #expect(world.ending(0)?.by == .stack)
        #expect(world.lines(from: 0).last == "BYE")
      }
    }
  }

  @Test("nobody answers: the ring timeout takes the call back")
  func ringTimeout() throws {
    let world = World()
    world.onEvent = { world, index, event in
      if case .incomingCall(let call) = event { world.perform(index) { $0.ring(call.handle, at: $1) } }
    }
    try world.call(ringTimeout: .seconds(10))
    world.run(for: .seconds(11))
    #expect(world.ending(0)?.status == 408)
    #expect(world.ending(1)?.by == .remote)
  }

  @Test("an unreachable peer ends the call by timer B")
  func unreachable() throws {
    let world = World(agents: 1)
    try world.call(from: 0, to: 7)
    world.run(for: .seconds(33))
    #expect(world.ending(0)?.status == 408)
    #expect(world.count("INVITE", from: 0) == 7)
    #expect(world.liveCalls == [0])
  }

  @Test("calls survive loss, duplication and reordering", arguments: 1...20)
  func badNetwork(_ seed: Int) throws {
    let world = World(seed: UInt64(seed))
    world.loss = 0.3
    world.duplication = 0.2
    world.delay = 5...400
    world.onEvent = answering(with: try description(2))
    let handle = try world.call()
    world.run(for: .seconds(40))
    let isUp = world.events[0].contains { if case .answered = $0 { true } else { false } }
    if isUp, world.ending(0) == nil {
      world.perform(0) { $0.hangUp(handle, at: $1) }
    }
    world.run(for: .seconds(120))
    #expect(world.ending(0) != nil, "seed \(seed)")
    #expect(world.ending(1) != nil || world.incoming[1].isEmpty, "seed \(seed)")
    #expect(world.incoming[1].count <= 1, "seed \(seed)")
    #expect(world.liveCalls == [0, 0], "seed \(seed)")
    #expect(world.agents.map(\.counters.liveTransactions) == [0, 0], "seed \(seed)")
    #expect(world.agents.map(\.counters.liveDialogs) == [0, 0], "seed \(seed)")
  }

  @Test("a digest user gets in with the right password and not with another")
  func digest() throws {
    for password in ["right", "wrong"] {
      let world = World {
        $0.admission = AdmissionPolicy(users: [SIPCredentials(username: "alice", password: "right")])
      }
      world.onEvent = answering(with: try description(2))
      try world.call(credentials: SIPCredentials(username: "alice", password: password))
      world.run(for: .seconds(1))
      if password == "right" {
        #expect(world.lines(from: 0) == ["INVITE", "ACK", "INVITE", "ACK"])
        #expect(world.incoming[1].first?.admission == .user("alice"))
      } else {
        #expect(world.ending(0)?.status == 401)
        #expect(world.count("INVITE", from: 0) <= 3)
        #expect(world.incoming[1].isEmpty)
      }
    }
  }

  @Test("who is not in a listed network is refused alike")
  func networks() throws {
    let world = World(agents: 1) {
      $0.admission = AdmissionPolicy(neighbours: [.init(name: "acme", networks: ["192.0.2.0/24"])])
    }
    world.inject(try message(.invite, body: try description(1)), to: 0, from: SocketEndpoint("203.0.113.1", port: 5060))
    #expect(world.lines(from: 0) == ["403 INVITE"])
    world.inject(
      try message(.invite, branch: "two", callID: "two", body: try description(1)), to: 0,
      from: SocketEndpoint("192.0.2.44", port: 5060))
    #expect(world.incoming[0].count == 1)
    #expect(world.incoming[0].first?.admission == .network("acme"))
  }
}

/// A request of a peer that is no user agent of ours.
func message(
  _ method: SIPStack.Method, extra: [(HeaderName, String)] = [], toTag: String? = nil, branch: String = "one",
  via: String = "192.0.2.9:5060", callID: String = "call", sequence: Int = 1, uri: String = "sip:bot@192.0.2.1",
  body: SessionDescription? = nil
) throws -> [UInt8] {
  var request = SIPRequest(method: method, uri: try #require(URI(uri)))
  request.headers.append(.via, "SIP/2.0/UDP \(via);branch=z9hG4bK\(branch)\(method);rport")
  request.headers.append(.from, "<sip:peer@192.0.2.9>;tag=peer")
  request.headers.append(.to, "<sip:bot@192.0.2.1>" + (toTag.map { ";tag=\($0)" } ?? ""))
  request.headers.append(.callID, callID)
  request.headers.append(.cSeq, "\(sequence) \(method)")
  request.headers.append(.maxForwards, "70")
  request.headers.append(.contact, "<sip:peer@192.0.2.9>")
  for (name, value) in extra { request.headers.append(name, value) }
  if let body { request.setBody(body) }
  return request.serialized()
}
