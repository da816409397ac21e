import Net
import Testing
import TestSupport

@testable import SIPStack

@Suite("Transfers") struct ReferTests {
  private static let peer = SocketEndpoint("192.0.2.9", port: 5060)

  /// A call from a scripted peer to agent 0 that has sent REFER; the REFER is the last message.
  private func referred(_ count: Int = 1) throws -> (World, refers: [SIPRequest], tag: String) {
    let world = World(agents: 1)
    world.onEvent = answering(with: try description(2))
    world.inject(try message(.invite, body: try description(1)), to: 0, from: Self.peer)
    let tag = try #require(world.sent.last?.response?.toTag)
    world.inject(try message(.ack, toTag: tag, branch: "a"), to: 0, from: Self.peer)
    let handle = try #require(world.incoming[0].first?.handle)
    for index in 0..<count {
      world.perform(0) { $0.refer(handle, to: "<sip:person\(index)@example.com>", as: ReferID(UInt64(index)), at: $1) }
    }
    let refers = world.sent.compactMap(\.request).filter { $0.method == .refer }
    try #require(refers.count == count)
    return (world, refers, tag)
  }

  private func answer(_ world: World, _ refer: SIPRequest, _ status: Int) {
    world.inject(refer.response(status).serialized(), to: 0, from: Self.peer)
  }

  private func notify(
    _ world: World, _ tag: String, _ sequence: Int, _ fragment: String, state: String, event: String = "refer"
  ) throws {
    var request = try message(
      .notify, extra: [(.event, event), (.subscriptionState, state), (.contentType, "message/sipfrag")], toTag: tag,
      branch: "n\(sequence)", sequence: sequence)
    // The body is appended by hand, as a peer would.
    let head = String(decoding: request, as: UTF8.self).replacing(
      "Content-Length: 0", with: "Content-Length: \(fragment.utf8.count)")
    request = Array((head + fragment).utf8)
    world.inject(request, to: 0, from: Self.peer)
  }

  @Test("NOTIFY tells of progress and success")
  func success() throws {
    let (world, refers, tag) = try referred()
    #expect(refers[0].headers.first(.referTo) == "<sip:person0@example.com>")
    #expect(refers[0].contacts.count == 1)
    answer(world, refers[0], 202)
    try notify(world, tag, 2, "SIP/2.0 180 Ringing\r\n", state: "active;expires=60")
    #expect(world.referOutcome(0) == nil)
    try notify(world, tag, 3, "SIP/2.0 200 OK", state: "terminated;reason=noresource")
    #expect(world.referOutcome(0) == .succeeded(status: 200))
    #expect(world.ending(0) == nil)
    try notify(world, tag, 4, "SIP/2.0 200 OK", state: "terminated")
    #expect(world.lines(from: 0).last == "481 NOTIFY")
  }

  @Test("a REFER carries who asks, its own fields, and those for the INVITE, whatever stands in them")
  func headers() throws {
    let world = World(agents: 1)
    world.onEvent = answering(with: try description(2))
    world.inject(try message(.invite, body: try description(1)), to: 0, from: Self.peer)
    let tag = try #require(world.sent.last?.response?.toTag)
    let handle = try #require(world.incoming[0].first?.handle)
    world.inject(try message(.ack, toTag: tag, branch: "a"), to: 0, from: Self.peer)
    let link = "https://desk.example/#escalation=esc_1&x=%20>\r\nEvil: 1"
    var target = try #require(SIPURI("sip:ana@pbx.example;transport=tcp"))
    target.addHeader("X-Assist-Escalation", "esc_1")
    target.addHeader("X-Assist-Link", link)
    let uri = URI.sip(target)
    world.perform(0) {
      $0.refer(
        handle, to: "<\(uri)>", as: ReferID(1), referredBy: NameAddress("<sip:desk@127.0.0.1>"),
        headers: Headers([(HeaderName("X-Assist-Escalation"), "esc_1\r\nEvil: 2")]), at: $1)
    }
    let refer = try #require(world.sent.compactMap(\.request).last { $0.method == .refer })
    let sip = try #require(refer.referTo?.uri.sip)
    #expect(sip.header("X-Assist-Escalation") == "esc_1")
    #expect(sip.header("x-assist-link") == link.replacing("\r\n", with: "  "))
    #expect(sip.transport == "tcp")
    #expect(refer.headers.first(HeaderName("X-Assist-Escalation")) == "esc_1  Evil: 2")
    #expect(refer.headers.first(.referredBy) == "<sip:desk@127.0.0.1>")
    #expect(!refer.headers.contains(HeaderName("Evil")))
  }

  @Test("the dialog of an answered call names what a Replaces takes the place of")
  func replaces() throws {
    let world = World()
    let answer = try description(2)
    world.onEvent = { world, index, event in
      guard case .incomingCall(let call) = event else { return }
      world.perform(index) { $0.ring(call.handle, at: $1) }
    }
    let caller = try world.call()
    world.run(for: .seconds(1))
    #expect(world.agents[0].dialog(of: caller) == nil)
    let called = try #require(world.incoming[1].first?.handle)
    world.perform(1) { $0.answer(called, answer, at: $1) }
    world.run(for: .seconds(1))
    let ours = try #require(world.agents[0].dialog(of: caller))
    let theirs = try #require(world.agents[1].dialog(of: called))
    #expect(ours.replaces == "\(theirs.callID);to-tag=\(theirs.localTag);from-tag=\(theirs.remoteTag)")
    world.perform(0) { $0.hangUp(caller, at: $1) }
    #expect(world.agents[0].dialog(of: caller) == nil)
  }

  @Test("a failed target leaves the call up")
  func failure() throws {
    let (world, refers, tag) = try referred()
    answer(world, refers[0], 202)
    try notify(world, tag, 2, "SIP/2.0 486 Busy Here\r\n", state: "terminated;reason=noresource")
    #expect(world.referOutcome(0) == .failed(status: 486, reason: "Busy Here"))
    #expect(world.liveCalls == [1])
  }

  @Test("a refused REFER leaves the call up", arguments: [403, 603])
  func refused(_ status: Int) throws {
    let (world, refers, _) = try referred()
    answer(world, refers[0], status)
    #expect(world.referOutcome(0) == .refused(status: status, reason: SIPResponse.reasonPhrase(status)))
    #expect(world.liveCalls == [1])
  }

  @Test("a BYE instead of a report counts as a hand-over, after the race window")
  func hangUp() throws {
    let (world, refers, tag) = try referred()
    answer(world, refers[0], 202)
    world.run(for: .milliseconds(280))
    world.inject(try message(.bye, toTag: tag, branch: "b", sequence: 2), to: 0, from: Self.peer)
    #expect(world.lines(from: 0).last == "200 BYE")
    world.run(for: .milliseconds(990))
    #expect(world.ending(0) == nil)
    world.run(for: .milliseconds(20))
    #expect(world.referOutcome(0) == .peerHungUp)
    #expect(world.ending(0)?.by == .remote)
    #expect(world.liveCalls == [0])
  }

  @Test("a report that a BYE overtook still counts")
  func race() throws {
    let (world, refers, tag) = try referred()
    answer(world, refers[0], 202)
    world.inject(try message(.bye, toTag: tag, branch: "b", sequence: 2), to: 0, from: Self.peer)
    world.run(for: .milliseconds(300))
    try notify(world, tag, 3, "SIP/2.0 200 OK", state: "terminated")
    #expect(world.referOutcome(0) == .succeeded(status: 200))
    #expect(world.ending(0)?.by == .remote)
  }

  @Test("silence ends by the time-out, and reports that just stop are no result")
  func silence() throws {
    let (world, refers, tag) = try referred()
    answer(world, refers[0], 202)
    world.run(for: .seconds(29))
    #expect(world.referOutcome(0) == nil)
    world.run(for: .seconds(2))
    #expect(world.referOutcome(0) == .timedOut(lastStatus: nil))

    let (other, others, otherTag) = try referred()
    answer(other, others[0], 202)
    try notify(other, otherTag, 2, "SIP/2.0 100 Trying", state: "terminated;reason=noresource")
    other.run(for: .seconds(2))
    #expect(other.referOutcome(0) == .unconfirmed(lastStatus: 100))
    #expect(world.liveCalls == [1] && tag != "")
  }

  @Test("two transfers are told apart by the ID of their events; another event is refused")
  func ids() throws {
    let (world, refers, tag) = try referred(2)
    for refer in refers { answer(world, refer, 202) }
    let second = try #require(refers[1].cSeq?.number)
    try notify(world, tag, 2, "SIP/2.0 200 OK", state: "terminated", event: "refer;id=\(second)")
    try notify(world, tag, 3, "SIP/2.0 404 Not Found", state: "terminated", event: "refer")
    let finished = world.events[0].compactMap { event -> (ReferID, ReferOutcome)? in
      if case .referFinished(let id, let outcome) = event { (id, outcome) } else { nil }
    }
    #expect(finished.map(\.1) == [.succeeded(status: 200), .failed(status: 404, reason: "Not Found")])
    // Each outcome bears the name under which it was asked for.
    #expect(finished.map(\.0) == [ReferID(1), ReferID(0)])
    try notify(world, tag, 4, "", state: "active", event: "presence")
    #expect(world.lines(from: 0).last == "489 NOTIFY")
  }

  @Test("hanging up with a transfer open tells of both")
  func localHangUp() throws {
    let (world, refers, _) = try referred()
    answer(world, refers[0], 202)
    let handle = try #require(world.incoming[0].first?.handle)
    world.perform(0) { $0.hangUp(handle, at: $1) }
    #expect(world.referOutcome(0) == .callEnded)
    #expect(world.ending(0)?.by == .local)
    #expect(world.lines(from: 0).last == "BYE")
  }
}
