import Net
import Testing
import TestSupport

@testable import SIPStack

/// What a user agent was asked to do.
private struct Asked: Equatable {
  var id: ReferralID
  var target: NameAddress
  var referredBy: NameAddress?
  var replaces: String?
}

extension World {
  fileprivate func asked(_ index: Int) -> [Asked] {
    events[index].compactMap {
      guard case .referred(let id, let target, let referredBy, let replaces) = $0 else { return nil }
      return Asked(id: id, target: target, referredBy: referredBy, replaces: replaces)
    }
  }

  fileprivate var progress: [Int] {
    events[0].compactMap { if case .referProgress(_, let status) = $0 { status } else { nil } }
  }

  fileprivate var outcomes: [ReferOutcome] {
    events[0].compactMap { if case .referFinished(_, let outcome) = $0 { outcome } else { nil } }
  }

  fileprivate func notifications(from index: Int) -> [SIPRequest] {
    sent.filter { $0.from == index }.compactMap(\.request).filter { $0.method == .notify }
  }
}

@Suite("Transfers that the peer asks for") struct ReferralTests {
  private static let peer = SocketEndpoint("192.0.2.9", port: 5060)
  private static let target = "<sip:person@example.com>"

  /// An established call: agent 0 refers, agent 1 is referred.
  private struct Pair {
    let world: World
    /// The call of agent 0.
    let referrer: CallHandle
    /// The call of agent 1.
    let referred: CallHandle

    init(accepts: Bool = true, seed: UInt64 = 1, patience: Duration = .seconds(30)) throws {
      world = World(seed: seed) {
        $0.acceptsReferrals = accepts
        $0.referTimeout = patience
      }
      world.onEvent = answering(with: try description(2))
      referrer = try world.call()
      world.run(for: .seconds(1))
      referred = try #require(world.incoming[1].first?.handle)
    }

    /// Has agent 0 send REFER; the name that agent 1 knows it by.
    @discardableResult
    func refer(to target: String = ReferralTests.target, by: NameAddress? = nil) throws -> ReferralID {
      world.perform(0) { [referrer] in $0.refer(referrer, to: target, as: ReferID(1), referredBy: by, at: $1) }
      world.run(for: .milliseconds(100))
      return try #require(world.asked(1).last?.id)
    }

    func accept(_ id: ReferralID) {
      world.perform(1) { [referred] in $0.acceptReferral(referred, id, at: $1) }
      world.run(for: .milliseconds(100))
    }

    func report(_ id: ReferralID, _ status: Int, _ reason: String? = nil) {
      world.perform(1) { [referred] in $0.reportReferral(referred, id, status: status, reason: reason, at: $1) }
      world.run(for: .milliseconds(100))
    }

    func reject(_ id: ReferralID, _ status: Int) {
      world.perform(1) { [referred] in $0.rejectReferral(referred, id, status: status, at: $1) }
      world.run(for: .milliseconds(100))
    }

    func hangUp(_ index: Int) {
      let handle = index == 0 ? referrer : referred
      world.perform(index) { $0.hangUp(handle, at: $1) }
    }
  }

  @Test("the application hears whom to call, on whose behalf and in place of what")
  func event() throws {
    let pair = try Pair()
    let boss = try #require(NameAddress("\"Boss\" <sip:boss@example.com>"))
    try pair.refer(to: "<sip:p@example.com?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>", by: boss)
    let asked = try #require(pair.world.asked(1).first)
    #expect(asked.target.uri.sip?.host == "example.com")
    #expect(asked.referredBy == boss)
    #expect(asked.replaces == "a@b;to-tag=1;from-tag=2")
    try pair.refer()
    #expect(pair.world.asked(1).count == 2)
    #expect(pair.world.asked(1).last?.referredBy == nil && pair.world.asked(1).last?.replaces == nil)
  }

  @Test("202, 100 at once, progress, success; the first REFER's event has no ID")
  func success() throws {
    let pair = try Pair()
    let world = pair.world
    let id = try pair.refer()
    #expect(world.count("202 REFER", from: 1) == 0)
    pair.accept(id)
    let accepted = try #require(world.sent.compactMap(\.response).first { $0.status == 202 })
    #expect(accepted.contacts.count == 1)
    let first = try #require(world.notifications(from: 1).first)
    #expect(String(decoding: first.body, as: UTF8.self) == "SIP/2.0 100 Trying\r\n")
    #expect(first.headers.first(.event) == "refer")
    #expect(first.headers.first(.subscriptionState) == "active;expires=60")
    #expect(first.contentType == .sipfrag)
    #expect(first.contacts.count == 1)
    pair.report(id, 180)
    pair.report(id, 180)
    pair.report(id, 200)
    #expect(world.progress == [100, 180])
    #expect(world.outcomes == [.succeeded(status: 200)])
    let last = try #require(world.notifications(from: 1).last)
    #expect(last.headers.first(.subscriptionState) == "terminated;reason=noresource")
    #expect(world.notifications(from: 1).count == 3)
    pair.report(id, 200)
    pair.accept(id)
    #expect(world.notifications(from: 1).count == 3)
    #expect(world.liveCalls == [1, 1])
  }

  @Test("a failed target is told with its reason, kept to one line, and the call stands")
  func failure() throws {
    let pair = try Pair()
    let id = try pair.refer()
    pair.accept(id)
    pair.report(id, 486, "Busy\r\nContact: x")
    #expect(pair.world.outcomes == [.failed(status: 486, reason: "Busy  Contact: x")])
    #expect(pair.world.liveCalls == [1, 1])
  }

  @Test("a declined referral gets its status and no NOTIFY", arguments: [(403, 403), (200, 603)])
  func decline(_ status: Int, _ told: Int) throws {
    let pair = try Pair()
    let id = try pair.refer()
    pair.report(id, 200)
    pair.reject(id, status)
    pair.accept(id)
    #expect(pair.world.outcomes == [.refused(status: told, reason: SIPResponse.reasonPhrase(told))])
    #expect(pair.world.notifications(from: 1).isEmpty)
  }

  @Test("who did not opt in declines, and shows it in Allow")
  func optIn() throws {
    let closed = try Pair(accepts: false)
    closed.world.perform(0) { $0.refer(closed.referrer, to: Self.target, as: ReferID(1), at: $1) }
    closed.world.run(for: .seconds(1))
    #expect(closed.world.outcomes == [.refused(status: 603, reason: SIPResponse.reasonPhrase(603))])
    #expect(closed.world.asked(1).isEmpty)
    let open = try Pair()
    func allow(_ world: World) -> [String] {
      world.sent.compactMap(\.response).filter { $0.cSeq?.method == .invite && $0.status == 200 }
        .flatMap { $0.headers.elements(.allow) }
    }
    #expect(!allow(closed.world).contains("REFER") && allow(closed.world).contains("BYE"))
    #expect(allow(open.world).contains("REFER"))
  }

  @Test("an application that does not answer for 30 s declines")
  func silence() throws {
    let pair = try Pair()
    let id = try pair.refer()
    pair.world.run(for: .milliseconds(29_800))
    #expect(pair.world.count("603 REFER", from: 1) == 0)
    pair.world.run(for: .milliseconds(200))
    #expect(pair.world.count("603 REFER", from: 1) == 1)
    pair.accept(id)
    #expect(pair.world.notifications(from: 1).isEmpty)
  }

  @Test("later referrals are named by CSeq and reported apart")
  func several() throws {
    let pair = try Pair()
    let first = try pair.refer()
    let second = try pair.refer()
    pair.accept(second)
    pair.accept(first)
    pair.report(second, 404)
    pair.report(first, 200)
    let sequences = pair.world.sent.compactMap(\.request).filter { $0.method == .refer }.compactMap { $0.cSeq?.number }
    try #require(sequences.count == 2)
    let named = "refer;id=\(sequences[1])"
    #expect(
      pair.world.notifications(from: 1).map { $0.headers.first(.event) } == [named, "refer", named, "refer"])
    #expect(
      pair.world.outcomes == [.failed(status: 404, reason: SIPResponse.reasonPhrase(404)), .succeeded(status: 200)])
  }

  @Test("a BYE of the referrer answers an open REFER with 487 and ends the reports")
  func remoteHangUp() throws {
    let pair = try Pair()
    let accepted = try pair.refer()
    pair.accept(accepted)
    let open = try pair.refer()
    pair.hangUp(0)
    pair.world.run(for: .milliseconds(100))
    #expect(pair.world.count("487 REFER", from: 1) == 1)
    #expect(pair.world.ending(1)?.by == .remote)
    let told = pair.world.notifications(from: 1).count
    pair.report(accepted, 200)
    pair.accept(open)
    pair.world.run(for: .seconds(70))
    #expect(pair.world.notifications(from: 1).count == told)
    #expect(pair.world.agents[1].counters.liveTransactions == 0)
    #expect(pair.world.liveCalls == [0, 0])
  }

  @Test("a last report and a BYE that go out together both count")
  func localHangUp() throws {
    let pair = try Pair()
    let id = try pair.refer()
    pair.accept(id)
    pair.world.perform(1) { $0.reportReferral(pair.referred, id, status: 200, at: $1) }
    pair.hangUp(1)
    pair.world.run(for: .seconds(2))
    #expect(pair.world.outcomes == [.succeeded(status: 200)])
    #expect(pair.world.ending(0)?.by == .remote)
    #expect(pair.world.liveCalls == [0, 0])
  }

  @Test("BYEs that cross with a report leave nothing behind", arguments: 1...8)
  func crossing(_ seed: UInt64) throws {
    let pair = try Pair(seed: seed)
    pair.world.delay = 1...600
    pair.world.loss = 0.2
    pair.world.perform(0) { $0.refer(pair.referrer, to: Self.target, as: ReferID(1), at: $1) }
    pair.world.run(for: .seconds(8))
    if let id = pair.world.asked(1).first?.id {
      pair.world.perform(1) { $0.acceptReferral(pair.referred, id, at: $1) }
      pair.world.perform(1) { $0.reportReferral(pair.referred, id, status: 200, at: $1) }
    }
    pair.hangUp(0)
    pair.hangUp(1)
    pair.world.run(for: .seconds(80))
    #expect(pair.world.outcomes.count == 1)
    #expect(pair.world.liveCalls == [0, 0])
    #expect(pair.world.agents.map(\.counters.liveTransactions) == [0, 0])
  }

  @Test("reports survive loss, and the result is the last word", arguments: 1...8)
  func loss(_ seed: UInt64) throws {
    let pair = try Pair(seed: seed)
    let id = try pair.refer()
    pair.world.loss = 0.3
    pair.world.duplication = 0.2
    pair.world.delay = 1...300
    pair.world.perform(1) { $0.acceptReferral(pair.referred, id, at: $1) }
    pair.world.perform(1) { $0.reportReferral(pair.referred, id, status: 180, at: $1) }
    pair.world.perform(1) { $0.reportReferral(pair.referred, id, status: 200, at: $1) }
    pair.world.run(for: .seconds(25))
    #expect(pair.world.outcomes == [.succeeded(status: 200)])
    #expect(pair.world.liveCalls == [1, 1])
  }

  @Test("a subscription without news ends by time-out")
  func expiry() throws {
    let pair = try Pair(patience: .seconds(300))
    let id = try pair.refer()
    pair.accept(id)
    pair.world.run(for: .seconds(40))
    pair.report(id, 180)
    pair.world.run(for: .seconds(59))
    #expect(pair.world.notifications(from: 1).count == 2)
    pair.world.run(for: .seconds(1))
    let last = try #require(pair.world.notifications(from: 1).last)
    #expect(last.headers.first(.subscriptionState) == "terminated;reason=timeout")
    #expect(String(decoding: last.body, as: UTF8.self) == "SIP/2.0 180 Ringing\r\n")
    pair.report(id, 200)
    #expect(pair.world.notifications(from: 1).count == 3)
  }

  // MARK: A scripted peer

  /// A call from a scripted peer to the only agent.
  private func scripted() throws -> (World, tag: String, CallHandle) {
    let world = World(agents: 1) { $0.acceptsReferrals = true }
    world.onEvent = answering(with: try description(2))
    world.inject(try message(.invite, body: try description(1)), to: 0, from: Self.peer)
    let tag = try #require(world.sent.last?.response?.toTag)
    world.inject(try message(.ack, toTag: tag, branch: "a"), to: 0, from: Self.peer)
    return (world, tag, try #require(world.incoming[0].first?.handle))
  }

  /// Sends a request inside the call.
  private func inject(
    _ world: World, _ method: SIPStack.Method, _ tag: String, _ sequence: Int, _ extra: [(HeaderName, String)]
  ) throws {
    world.inject(
      try message(method, extra: extra, toTag: tag, branch: "r\(sequence)", sequence: sequence), to: 0,
      from: Self.peer)
  }

  @Test(
    "a REFER must name one target",
    arguments: [
      [], ["<sip:a@example.com>", "<sip:b@example.com>"], ["<sip:a@example.com>, <sip:b@example.com>"], ["<nonsense>"],
    ])
  func targets(_ targets: [String]) throws {
    let (world, tag, _) = try scripted()
    try inject(world, .refer, tag, 2, targets.map { (.referTo, $0) })
    #expect(world.lines(from: 0).last == "400 REFER")
    #expect(world.asked(0).isEmpty && world.liveCalls == [1])
  }

  @Test("a reference to something other than a call is declined")
  func otherMethod() throws {
    let (world, tag, _) = try scripted()
    try inject(world, .refer, tag, 2, [(.referTo, "<sip:a@example.com;method=BYE>")])
    #expect(world.lines(from: 0).last == "603 REFER")
    try inject(world, .refer, tag, 3, [(.referTo, "<sip:a@example.com;method=INVITE>")])
    #expect(world.asked(0).count == 1)
  }

  @Test("outside of a call REFER is declined, and SUBSCRIBE begins nothing")
  func outside() throws {
    let (world, _, _) = try scripted()
    func status(_ bytes: [UInt8]) -> Int? {
      world.inject(bytes, to: 0, from: Self.peer)
      return world.sent.last?.response?.status
    }
    #expect(status(try message(.refer, extra: [(.referTo, Self.target)], callID: "x")) == 603)
    #expect(status(try message(.subscribe, extra: [(.event, "refer")], callID: "y")) == 403)
    #expect(status(try message(.subscribe, extra: [(.event, "presence")], callID: "z")) == 489)
  }

  @Test("more than four at once are put off")
  func bound() throws {
    let (world, tag, call) = try scripted()
    for sequence in 2...6 { try inject(world, .refer, tag, sequence, [(.referTo, Self.target)]) }
    #expect(world.asked(0).count == 4)
    #expect(world.lines(from: 0).last == "500 REFER")
    #expect(world.sent.last?.response?.headers.first(.retryAfter) != nil)
    let first = try #require(world.asked(0).first?.id)
    world.perform(0) { $0.rejectReferral(call, first, at: $1) }
    try inject(world, .refer, tag, 7, [(.referTo, Self.target)])
    #expect(world.asked(0).count == 5)
  }

  @Test("a peer that wants no reports gets none", arguments: [false, true])
  func noReports(_ requires: Bool) throws {
    let (world, tag, call) = try scripted()
    let require: [(HeaderName, String)] = requires ? [(.require, "norefersub")] : []
    try inject(world, .refer, tag, 2, [(.referTo, Self.target), (.referSub, "false")] + require)
    let id = try #require(world.asked(0).first?.id)
    world.perform(0) { $0.acceptReferral(call, id, at: $1) }
    #expect(world.sent.last?.response?.status == 202)
    #expect(world.sent.last?.response?.headers.first(.referSub) == "false")
    world.perform(0) { $0.reportReferral(call, id, status: 200, at: $1) }
    #expect(world.count("NOTIFY", from: 0) == 0)
  }

  @Test("481, or no answer to a NOTIFY, ends the reports and not the call; another failure ends neither")
  func lostSubscription() throws {
    for (status, stillTold) in [(481, false), (500, true), (nil, false)] as [(Int?, Bool)] {
      let (world, tag, call) = try scripted()
      try inject(world, .refer, tag, 2, [(.referTo, Self.target)])
      let id = try #require(world.asked(0).first?.id)
      world.perform(0) { $0.acceptReferral(call, id, at: $1) }
      let notify = try #require(world.notifications(from: 0).last)
      if let status {
        world.inject(notify.response(status).serialized(), to: 0, from: Self.peer)
      } else {
        world.run(for: .seconds(33))
      }
      let told = world.notifications(from: 0).count
      world.perform(0) { $0.reportReferral(call, id, status: 200, at: $1) }
      #expect(world.notifications(from: 0).count == told + (stillTold ? 1 : 0), "after \(status ?? 408)")
      #expect(world.liveCalls == [1])
    }
  }

  @Test("SUBSCRIBE prolongs what a REFER began, or ends it")
  func subscribe() throws {
    let (world, tag, call) = try scripted()
    try inject(world, .subscribe, tag, 2, [(.event, "refer"), (.expires, "60")])
    #expect(world.lines(from: 0).last == "403 SUBSCRIBE")
    try inject(world, .refer, tag, 3, [(.referTo, Self.target)])
    let id = try #require(world.asked(0).first?.id)
    world.perform(0) { $0.acceptReferral(call, id, at: $1) }
    let notify = try #require(world.notifications(from: 0).last)
    world.inject(notify.response(200).serialized(), to: 0, from: Self.peer)
    try inject(world, .subscribe, tag, 4, [(.event, "refer;id=99"), (.expires, "60")])
    #expect(world.lines(from: 0).last == "481 SUBSCRIBE")
    try inject(world, .subscribe, tag, 5, [(.event, "refer;id=3"), (.expires, "3600")])
    #expect(world.lines(from: 0).suffix(2) == ["200 SUBSCRIBE", "NOTIFY"])
    #expect(world.sent.compactMap(\.response).last?.expires == 60)
    try inject(world, .subscribe, tag, 6, [(.event, "refer"), (.expires, "0")])
    let last = try #require(world.notifications(from: 0).last)
    #expect(last.headers.first(.subscriptionState) == "terminated;reason=timeout")
    let told = world.notifications(from: 0).count
    world.perform(0) { $0.reportReferral(call, id, status: 200, at: $1) }
    #expect(world.notifications(from: 0).count == told)
  }
}
